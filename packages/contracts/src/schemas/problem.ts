import { z } from "zod";

/** Body of every error answer: problem details (RFC 9457) with our extensions. */
export const ProblemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Stable; see docs/errors.md. */
  code: z.string(),
  /** Whether repeating the same request later can succeed. */
  retryable: z.boolean(),
  /** Each place of the body that is wrong, as JSON pointers (RFC 6901). */
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  instance: z.string().optional(),
  requestId: z.string().optional(),
  traceId: z.string().optional(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;
