import { jwtVerify } from "jose";
import { z } from "zod";

const Claims = z.object({ sub: z.string().min(1), tenant: z.string().min(1), exp: z.number() });

/** Whose inbox a token opens, and until when (ms). */
export type Identity = { tenant: string; recipient: string; expiresAt: number };

/** Checks signature, audience and expiry; null when any of them is wrong. */
export async function verifyToken(secret: Buffer, token: string): Promise<Identity | null> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      audience: "inbox",
    });
    const { sub, tenant, exp } = Claims.parse(payload);
    return { tenant, recipient: sub, expiresAt: exp * 1_000 };
  } catch {
    return null;
  }
}
