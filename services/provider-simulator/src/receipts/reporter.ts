import type { ReceivedMessage } from "../provider.ts";

/** What becomes of an accepted message; where nobody can tell that one was opened, it is delivered. */
export type Fate = "delivered" | "opened" | "bounced" | "complained";

/** How a callback is signed: as the vendor does, by a stranger's key, or as of an hour ago. */
export type Signing = "valid" | "wrong" | "stale";

/** One thing a provider tells of one message. */
export type Report = {
  /** Where this one goes; left out, where the provider's callbacks go. */
  url?: string;
  /** In the vendor's terms. */
  event: Record<string, unknown>;
};

/** What a receiver gets that asks the provider. */
export type ServedText = { status: number; contentType: string; text: string };

/** Tells as the vendor does what became of messages. */
export type Reporter = {
  /** Most reports one callback carries. */
  perCallback: number;
  /** Everything that will be told of an accepted message, in the order it happens. */
  reports(message: ReceivedMessage, id: string, fate: Fate): Report[];
  /** The request that carries reports; made anew for every try. */
  callback(
    reports: readonly Report[],
    o: { url: string; signing: Signing },
  ): { headers: Record<string, string>; body: string };
  /** A message a recipient writes, where recipients can. */
  inbound?(message: { from: string; text: string }): Report;
  /** What comes before the first report to `url`; false when it was not taken as it should be. */
  subscribe?(url: string, signal: AbortSignal): Promise<boolean>;
  /** What a receiver fetches of the provider, below `path`; null answers nothing. */
  serves?: { path: string; get(path: string, query: URLSearchParams): ServedText | null };
  /** What the receiver needs to verify callbacks, by the name of the gateway's variable. */
  shown: Record<string, string>;
};
