import { z } from "zod";

const bytes = (length: number) =>
  z
    .string()
    .regex(/^[\w-]+=*$/)
    .refine((text) => Buffer.from(text, "base64url").length === length);

/** A browser's subscription as its `PushSubscription.toJSON()` gives it (https://www.w3.org/TR/push-api/). */
const Subscription = z.object({
  endpoint: z.url().max(2_048),
  keys: z.object({
    /** The browser's public key, an uncompressed point of P-256 (RFC 8291 §3.1). */
    p256dh: bytes(65),
    auth: bytes(16),
  }),
});
export type Subscription = z.infer<typeof Subscription>;

/** Reads a subscription, which is what a token of a browser holds; null when it is none. */
export function readSubscription(token: string): Subscription | null {
  try {
    return Subscription.parse(JSON.parse(token));
  } catch {
    return null;
  }
}
