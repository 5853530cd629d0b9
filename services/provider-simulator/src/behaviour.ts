import { z } from "zod";

const status = z.int().min(200).max(599);
const latencyMs = z.int().min(0).max(600_000);
const share = z.number().min(0).max(1);
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

/** What is told later of accepted messages, by providers that report. Left out, all of them are delivered. */
const receipts = z.strictObject({
  on: z.boolean().optional(),
  /** Where callbacks go instead of the gateway. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  delayMs: latencyMs.optional(),
  /** Shares of messages, 0 to 1. */
  bounceRate: share.optional(),
  complaintRate: share.optional(),
  openRate: share.optional(),
  /** The share of reports that are sent twice. */
  duplicateRate: share.optional(),
  /** Last things first. */
  disorder: z.boolean().optional(),
  /** `wrong`: by a key nobody knows. `stale`: as of an hour ago. */
  signing: z.enum(["valid", "wrong", "stale"]).optional(),
});

/** How a provider behaves. What is left out is as on a good day. */
export const behaviourSchema = z.strictObject({
  /** Used up one per call before anything else applies. */
  next: z.array(step).max(1_000).optional(),
  /** The share of calls refused with `errorStatus`, 0 to 1. */
  errorRate: share.optional(),
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
  /** Secrets of which one must have signed what arrives; without any, signatures are not checked. */
  secrets: z.array(z.string().min(1).max(256)).max(100).optional(),
  /** Recipients that are refused with a code of their own; `*` in `match` stands for anything. */
  rejectRecipients: z
    .array(z.strictObject({ match: z.string().min(1).max(320), code: z.int().min(400).max(599) }))
    .max(1_000)
    .optional(),
  receipts: receipts.optional(),
});

export type BehaviourStep = z.output<typeof step>;
export type Behaviour = z.output<typeof behaviourSchema>;
