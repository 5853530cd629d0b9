import { z } from "zod";
import { ChannelName } from "../channels/index.ts";

/**
 * Why an address is not sent to: `hard_bounce` (it does not exist), `complaint` (called spam), `stop` (answered
 * STOP; START lifts it), `unsubscribe` (at the provider), `recipient_gone` (refused when sending, dead push tokens
 * too). Required categories go out in spite of `unsubscribe` and of nothing else.
 */
export const SUPPRESSION_REASONS = [
  "hard_bounce",
  "complaint",
  "stop",
  "unsubscribe",
  "recipient_gone",
] as const;
export const SuppressionReason = z.enum(SUPPRESSION_REASONS);
export type SuppressionReason = z.infer<typeof SuppressionReason>;

/** An address of the suppression list. */
export const SuppressionView = z.object({
  id: z.guid(),
  channel: ChannelName,
  address: z.string(),
  reason: SuppressionReason,
  /** The provider that said so. */
  provider: z.string(),
  /** When it happened. */
  at: z.iso.datetime(),
  /** When the address is sent to again by itself; left out where only lifting helps. */
  until: z.iso.datetime().optional(),
});
export type SuppressionView = z.infer<typeof SuppressionView>;

/** What `GET /v1/suppressions` selects by; all given must match. */
export const SuppressionFilter = z.strictObject({
  channel: ChannelName.optional(),
  address: z.string().max(4_096).optional(),
  reason: SuppressionReason.optional(),
});
export type SuppressionFilter = z.infer<typeof SuppressionFilter>;
