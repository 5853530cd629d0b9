import { z } from "zod";

/** Content of an ad-hoc request, from which each channel takes what it needs. */
export const FlatContent = z
  .strictObject({
    subject: z.string().max(998),
    title: z.string().max(500),
    text: z.string().max(256_000),
    html: z.string().max(256_000),
    body: z.string().max(256_000),
    /** JSON text that a webhook is sent as it is. */
    payload: z.string().max(256_000),
  })
  .partial();
export type FlatContent = z.infer<typeof FlatContent>;
