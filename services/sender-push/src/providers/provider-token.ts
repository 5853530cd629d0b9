import { importPKCS8, SignJWT } from "jose";

type TokenKey = { keyId: string; teamId: string; privateKey: string };

/** APNs takes a token for an hour, and a new one at most every 20 minutes; ms. */
const REUSE_MS = 40 * 60_000;
const MIN_REUSE_MS = 20 * 60_000;

/**
 * APNs' provider token, signed by the team's key and used for 40 minutes.
 * https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
 */
export function createProviderToken(o: TokenKey, now: () => number = Date.now) {
  const key = importPKCS8(o.privateKey, "ES256");
  // Whoever signs learns that the key is none.
  key.catch(() => undefined);
  let made: Promise<string> | null = null;
  let madeAt = 0;

  async function sign(): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid: o.keyId })
      .setIssuer(o.teamId)
      .setIssuedAt(Math.floor(now() / 1_000))
      .sign(await key);
  }

  return {
    /** Rejects when the key cannot be read. */
    current(): Promise<string> {
      if (made === null || now() - madeAt >= REUSE_MS) {
        madeAt = now();
        made = sign();
      }
      return made;
    },
    /** It was called expired: the next one is new, as soon as APNs allows. */
    drop() {
      if (now() - madeAt >= MIN_REUSE_MS) made = null;
    },
  };
}
