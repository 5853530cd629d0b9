import type { IncomingHttpHeaders } from "node:http";
import type { Channel, SuppressionReason } from "@pulsecourier/contracts";
import type { Env } from "@pulsecourier/runtime";
import type { z } from "zod";

/** What a provider says happened to a message it took. */
export type Receipt = {
  /** The provider's name for this report: what a repeat is told by. */
  eventId: string;
  /** `unsubscribed` says nothing of the message, only of its recipient. */
  kind: "delivered" | "bounced" | "complained" | "read" | "unsubscribed";
  /** By the provider's clock, ms since 1970. */
  at: number;
  /**
   * What the sender gave along and the provider echoes; null when it echoed nothing of ours. The delivery has to be one
   * of the notification's: what is not signed is held against what is. Left out by messages sent before it was given
   * along: the notification's first through the channel.
   */
  reference: { tenant: string; notificationId: string; deliveryId?: string | undefined } | null;
  providerMessageId?: string;
  /** Why; in the provider's words. */
  detail?: string;
  /** The address must not be sent to any more, or not before `until` (ms since 1970). */
  suppress?: { address: string; reason: SuppressionReason; until?: number };
};

/** A message a recipient wrote to us. */
export type InboundMessage = {
  kind: "inbound";
  /** The provider's name for it: what a repeat is told by. */
  eventId: string;
  /** By the provider's clock, ms since 1970; left out where it tells no time. */
  at?: number;
  from: string;
  /** Null for what asks for neither. */
  wish: "stop" | "start" | null;
};

/** A callback as it came; nothing of it is trusted before it is verified. */
export type ReceiptRequest = {
  /** As the provider called it, query included. */
  url: string;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** ms since 1970. */
  now: number;
  /** How far a signed time may be from `now`, ms. */
  toleranceMs: number;
};

/** What verifies and answers the callbacks of one account at a provider. */
export type ReceiptAccount = {
  /** Whether the request comes from the account. Rejects with `unavailable` when that cannot be told now. */
  verify(request: ReceiptRequest): boolean | Promise<boolean>;
  /** Does what a verified request asks for before the provider reports; rejects when it could not be done. */
  confirm?(request: ReceiptRequest): Promise<void>;
  /** What a provider that checks the URL by a GET wants to read; null when it is none we know. */
  answerCheck?(query: URLSearchParams): string | null;
  close?(): Promise<void>;
};

/** A provider that reports what became of messages. */
export type ReceiptProvider = {
  name: string;
  channel: Channel;
  /** Variables its callbacks are verified with; texts, all optional. */
  env: z.ZodRawShape;
  /** Null when an account's callbacks cannot be verified with these variables. */
  open(values: Env): ReceiptAccount | null;
  /** What a verified request tells; what is none of the kinds is left out. Throws PulseError when unreadable. */
  read(request: ReceiptRequest): (Receipt | InboundMessage)[];
};
