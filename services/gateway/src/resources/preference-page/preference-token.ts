import { PulseError } from "@pulsecourier/contracts";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";

const AUDIENCE = "preferences";
const Claims = z.object({ tenant: z.string(), sub: z.string().min(1) });
/** Whose preferences a link is about. */
export type PreferenceClaims = z.infer<typeof Claims>;

/** The path of somebody's preference page. As the link of an old mail it works for ever. */
export async function preferencesPath(
  { tenant, sub }: PreferenceClaims,
  secret: Buffer,
): Promise<string> {
  const token = await new SignJWT({ tenant })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(sub)
    .setAudience(AUDIENCE)
    .sign(secret);
  return `/v1/preferences/${token}`;
}

/** Whom a link is about; `not_found` for one that is not ours. */
export async function readPreferenceToken(
  token: string,
  secret: Buffer,
): Promise<PreferenceClaims> {
  try {
    const options = { audience: AUDIENCE, algorithms: ["HS256"] };
    const { payload } = await jwtVerify(token, secret, options);
    return Claims.parse(payload);
  } catch (cause) {
    const message = "This link is not one of ours, or was cut.";
    throw new PulseError("not_found", message, { cause });
  }
}
