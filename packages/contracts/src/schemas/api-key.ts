import { z } from "zod";
import { Name } from "./recipient.ts";

/** `send`: events, notifications, inbox tokens. `admin`: catalog, directory, keys. `operator`: dead letters, stops. */
export const SCOPES = ["send", "admin", "operator"] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;

/** Body of `POST /v1/api-keys`. */
export const ApiKeyInput = z.strictObject({
  name: Name,
  scopes: z.array(Scope).min(1),
  /** Requests per second the key may make; left out, the platform's default applies. */
  ratePerSecond: z.int().min(1).max(100_000).optional(),
});
export type ApiKeyInput = z.infer<typeof ApiKeyInput>;

/** A key as lists show it; the secret is shown once, at creation, as `key`. */
export const ApiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(Scope),
  ratePerSecond: z.int().nullable(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiKeyView = z.infer<typeof ApiKeyView>;
