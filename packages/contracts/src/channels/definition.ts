import type { z } from "zod";
import type { AttachmentRef } from "../schemas/attachment.ts";
import type { FlatContent } from "../schemas/content.ts";
import type { Addresses } from "../schemas/recipient.ts";

/** How much of a limit rendered content takes up, such as 3 of 10 segments. */
export type Usage = { unit: string; used: number; limit: number };

/** What a channel looks at to tell whether it can carry an attachment. */
export type AttachmentInfo = Pick<AttachmentRef, "contentType" | "size">;
export type ChannelContent = Readonly<Record<string, string>>;

/** All the platform needs to know of a channel; a new channel is one such file and two words in `index.ts`. */
export type ChannelDefinition = {
  name: string;
  /** Recipients can write back: a STOP among what they write is heeded. */
  answerable?: true;
  /** Every message costs money: it is used only where it was asked for. */
  paid?: true;
  /** Fields of a template for this channel, and of the content rendered from it. */
  content: z.ZodType<Record<string, string | undefined>>;
  /** The address this channel sends to, or null when the recipient has none. */
  address: (recipient: Addresses) => string | null;
  /** All addresses one delivery goes to, where a recipient may have several; the first is `address`. */
  addresses?: (recipient: Addresses) => string[];
  /** This channel's share of a request's flat `content`; null when nothing in it is usable. */
  contentOf: (flat: FlatContent) => Record<string, string> | null;
  /** Says what `content` must hold for this channel. */
  emptyContentHint: string;
  /** What else keeps rendered content from being sent, beyond `content` and `usage`. */
  check?: (content: Readonly<Record<string, string>>) => z.core.$ZodIssue[];
  /** What rendered content takes up of limits that are no field's length. Shown by previews; over one is too large. */
  usage?: (content: Readonly<Record<string, string>>) => Usage[];
  /**
   * Why a message with this content cannot carry these attachments, one at least; null when it can. Without the
   * function the channel carries none.
   */
  refuseAttachments?: (
    attachments: readonly AttachmentInfo[],
    content?: ChannelContent,
  ) => string | null;
};
