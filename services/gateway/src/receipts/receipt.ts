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
  /** What the sender gave along and the provider echoes; null when it echoed nothing of ours. */
  reference: { tenant: string; notificationId: string } | null;
  providerMessageId?: string;
  /** Why; in the provider's words. */
  detail?: string;
  /** The address must not be sent to any more. */
  suppress?: { address: string; reason: SuppressionReason };
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

/** Whether the request comes from the account; must not throw. */
export type Verify = (request: ReceiptRequest) => boolean | Promise<boolean>;

/** A provider that reports what became of messages. */
export type ReceiptProvider = {
  name: string;
  channel: Channel;
  /** Variables its callbacks are verified with; texts, all optional. */
  env: z.ZodRawShape;
  /** Null when an account's callbacks cannot be verified with these variables. */
  open(values: Env): Verify | null;
  /** The receipts of a verified request; what is none of the kinds is left out. Throws PulseError when unreadable. */
  read(request: ReceiptRequest): Receipt[];
};
