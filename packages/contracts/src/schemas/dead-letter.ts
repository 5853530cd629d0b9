import { z } from "zod";
import { ChannelName } from "../channels/index.ts";

export const DEAD_LETTER_REASONS = ["poison", "exhausted", "rejected"] as const;
export const DeadLetterReason = z.enum(DEAD_LETTER_REASONS);
export type DeadLetterReason = z.infer<typeof DeadLetterReason>;

/** A dead letter as the index shows it. */
export const DeadLetterView = z.object({
  id: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  tenant: z.string().nullable(),
  notificationId: z.string().nullable(),
  deliveryId: z.string().nullable(),
  channel: ChannelName.nullable(),
  provider: z.string().nullable(),
  reason: DeadLetterReason,
  errorCode: z.string(),
  errorMessage: z.string(),
  redrive: z.int(),
  failedAt: z.iso.datetime(),
  redrivenAt: z.iso.datetime().nullable(),
});
export type DeadLetterView = z.infer<typeof DeadLetterView>;

/** Bytes of a record: parsed when they are JSON, else text when they are UTF-8, else base64. */
export const DecodedBytes = z.discriminatedUnion("encoding", [
  z.object({ encoding: z.literal("json"), data: z.json() }),
  z.object({ encoding: z.literal("text"), data: z.string() }),
  z.object({ encoding: z.literal("base64"), data: z.string() }),
]);
export type DecodedBytes = z.infer<typeof DecodedBytes>;

/** One dead letter with what its record holds. */
export const DeadLetterDetail = DeadLetterView.extend({
  originTopic: z.string(),
  key: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  value: DecodedBytes.nullable(),
});
export type DeadLetterDetail = z.infer<typeof DeadLetterDetail>;

/** What `GET /v1/dead-letters` and redrive select by; all given must match. */
export const DeadLetterFilter = z.strictObject({
  topic: z.string().max(249).optional(),
  reason: DeadLetterReason.optional(),
  channel: ChannelName.optional(),
  provider: z.string().max(64).optional(),
  errorCode: z.string().max(64).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});
export type DeadLetterFilter = z.infer<typeof DeadLetterFilter>;

/** Times one record may be redriven. */
export const MAX_REDRIVES = 5;

/** Body of `POST /v1/dead-letters/redrive`. */
export const RedriveRequest = z.strictObject({
  filter: DeadLetterFilter.default({}),
  /** Count only. On by default, so that a slip of the hand sends nothing. */
  dryRun: z.boolean().default(true),
  ratePerSecond: z.int().min(1).max(1_000).default(100),
  /** At most this many in one call; repeat the call to go on. */
  limit: z.int().min(1).max(10_000).default(1_000),
});
export type RedriveRequest = z.infer<typeof RedriveRequest>;

/** What a redrive did; repeat the call while something remains. */
export const RedriveResult = z.object({
  dryRun: z.boolean(),
  /** Dead letters the filter selects that were not redriven yet and may still be. */
  matched: z.int(),
  redriven: z.int(),
  remaining: z.int(),
  /** Further ones the filter selects that were redriven the most often allowed. */
  capped: z.int(),
});
export type RedriveResult = z.infer<typeof RedriveResult>;
