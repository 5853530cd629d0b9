import { createPublicKey, verify } from "node:crypto";
import { z } from "zod";

const DAY_S = 86_400;
const claims = z.object({
  aud: z.url({ protocol: /^https$/ }),
  exp: z.number(),
  sub: z.string().regex(/^(mailto:|https:)/),
});

/** Why an `authorization` header is no VAPID (RFC 8292 §2, §3), its signature included; null when it is. */
export function vapidProblem(authorization: string | undefined): string | null {
  const [, head, payload, signature, key] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/i.exec(authorization ?? "") ?? [];
  if (head === undefined || payload === undefined || signature === undefined || key === undefined)
    return "no VAPID authorization";
  if (!signed(`${head}.${payload}`, signature, key)) return "the VAPID signature is wrong";
  const parsed = claims.safeParse(claimsOf(payload));
  if (!parsed.success) return "the VAPID token lacks a claim";
  const left = parsed.data.exp - Date.now() / 1_000;
  return left > 0 && left <= DAY_S ? null : "the VAPID token ends in the past or too late";
}

function signed(text: string, signature: string, key: string): boolean {
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
    part.toString("base64url"),
  );
  try {
    const jwk = { kty: "EC", crv: "P-256", x, y };
    const publicKey = createPublicKey({ format: "jwk", key: jwk });
    const by = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
    return verify("sha256", Buffer.from(text), by, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}

function claimsOf(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
