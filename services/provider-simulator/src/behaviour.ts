import { z } from "zod";

const status = z.int().min(200).max(599);
const latencyMs = z.int().min(0).max(600_000);
const headers = z
  .record(
    z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "expected a header name"),
    z.string().regex(/^[\x20-\x7e]{0,1024}$/, "expected printable ASCII"),
  )
  .refine((all) => Object.keys(all).length <= 20, "expected at most 20 headers");

const step = z.strictObject({
  /** The provider's own code: an HTTP status, or an SMTP reply code. 2xx accepts. */
  status: status.optional(),
  /** Instead of the vendor's usual body. */
  body: z.json().optional(),
  headers: headers.optional(),
  latencyMs: latencyMs.optional(),
  hang: z.boolean().optional(),
  hangAfterAccept: z.boolean().optional(),
});

/** How a provider behaves. What is left out is as on a good day. */
export const behaviourSchema = z.strictObject({
  /** Used up one per call before anything else applies. */
  next: z.array(step).max(1_000).optional(),
  /** The share of calls refused with `errorStatus`, 0 to 1. */
  errorRate: z.number().min(0).max(1).optional(),
  errorStatus: status.min(300).optional(),
  latencyMs: latencyMs.optional(),
  /** Up to this much is added to the latency at random. */
  jitterMs: latencyMs.optional(),
  /** Nothing is recorded and no answer comes. */
  hang: z.boolean().optional(),
  /** The message counts as accepted, but no answer comes: the caller cannot know. */
  hangAfterAccept: z.boolean().optional(),
  /** Sent with refusals that are 429 or 503. */
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  /** Recipients that are refused with a code of their own; `*` in `match` stands for anything. */
  rejectRecipients: z
    .array(z.strictObject({ match: z.string().min(1).max(320), code: z.int().min(400).max(599) }))
    .max(1_000)
    .optional(),
});

export type BehaviourStep = z.output<typeof step>;
export type Behaviour = z.output<typeof behaviourSchema>;
