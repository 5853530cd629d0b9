import type { OpenInboxes, ReceivedItems } from "./inbox-sockets.ts";
import type { PostAll, Posted } from "./post-all.ts";
import type { PostAtRate, PostedAtRate } from "./post-at-rate.ts";

/** What the load process can be asked for. */
export type Work = {
  postAll: (options: PostAll) => Promise<Posted>;
  postAtRate: (options: PostAtRate) => Promise<PostedAtRate>;
  /** Clients for that many inboxes, which read until `closeInboxes`. */
  openInboxes: (options: OpenInboxes) => Promise<void>;
  /** Forgets which items have come. */
  resetInboxes: () => Promise<void>;
  /** Resolves when so many different items have come, or nothing new has for 30 s. */
  untilInInboxes: (count: number) => Promise<ReceivedItems>;
  closeInboxes: () => Promise<void>;
};

export type Call = { id: number; name: keyof Work; argument: unknown };
export type Reply = { id: number; result: unknown } | { id: number; error: string };
