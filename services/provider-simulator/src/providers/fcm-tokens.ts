import { z } from "zod";
import type { Answer } from "../provider.ts";

/** Where the simulator's service accounts get their access tokens. */
export const TOKEN_PATH = "/oauth2/token";

const SECONDS = 3_599;
const PREFIX = "ya29.simulator-";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const header = z.object({ alg: z.literal("RS256") });
const claims = z
  .object({
    iss: z.string().includes("@"),
    scope: z.string().includes("https://www.googleapis.com/auth/firebase.messaging"),
    aud: z.string().endsWith(TOKEN_PATH),
    iat: z.number(),
    exp: z.number(),
  })
  .refine(
    ({ iat, exp }) => exp > Date.now() / 1_000 && exp - iat <= 3_600,
    "Invalid JWT: lifetime",
  );

/**
 * Answers a JWT grant (RFC 7523) with an access token. The assertion is read and not verified: nobody has told us
 * the public keys of service accounts.
 */
export function grant(form: string): Answer {
  const fields = new URLSearchParams(form);
  if (fields.get("grant_type") !== GRANT_TYPE) return refusal("unsupported_grant_type");
  const [head = "", payload = "", signature = ""] = (fields.get("assertion") ?? "").split(".");
  const valid = header.safeParse(part(head)).success && claims.safeParse(part(payload)).success;
  if (!valid || signature === "") return refusal("invalid_grant");
  const access_token = PREFIX + (Date.now() + SECONDS * 1_000);
  return { status: 200, body: { access_token, expires_in: SECONDS, token_type: "Bearer" } };
}

/** Whether an `authorization` header has a token of ours that has not ended. */
export function accepts(authorization: string | undefined): boolean {
  const [, token = ""] = /^Bearer (\S+)$/.exec(authorization ?? "") ?? [];
  return token.startsWith(PREFIX) && Number(token.slice(PREFIX.length)) > Date.now();
}

function part(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function refusal(error: string): Answer {
  return { status: 400, body: { error, error_description: "Invalid JWT grant." } };
}
