import { createDispatcher, type ProviderDeps, type ProviderOutcome } from "@pulsecourier/sender";
import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";

type ServiceAccount = { clientEmail: string; privateKey: string; tokenUrl: string };

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** A token is renewed this long before it ends, in the background, ms. */
const RENEW_MS = 5 * 60_000;
/** One that ends sooner is not used any more, ms. */
const UNUSABLE_MS = 30_000;

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/**
 * A service account's access token, got for a signed assertion (RFC 7523), kept, and renewed before it ends.
 * https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export function createAccessTokens(
  account: ServiceAccount,
  { callTimeoutMs: timeoutMs }: Pick<ProviderDeps, "callTimeoutMs">,
) {
  const pool = createDispatcher({ url: account.tokenUrl, connections: 1, timeoutMs });
  const { pathname, search } = new URL(account.tokenUrl);
  const importing = importPKCS8(account.privateKey, "RS256").catch(() => null);
  let token = "";
  let endsAt = 0;
  let renewing: Promise<ProviderOutcome | null> | null = null;

  async function renew(): Promise<ProviderOutcome | null> {
    const asked = Date.now();
    const key = await importing;
    if (key === null) return { kind: "config", detail: "the private key cannot be read" };
    try {
      const answer = await pool.request({
        method: "POST",
        path: pathname + search,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          grant_type: GRANT_TYPE,
          assertion: await sign(key, account),
        }).toString(),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) return refused(answer.statusCode, text);
      const granted = Granted.parse(JSON.parse(text));
      token = granted.access_token;
      endsAt = asked + granted.expires_in * 1_000;
      return null;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "transient", detail: `no access token: ${reason}` };
    }
  }

  return {
    /** Null when `current` has a token, or what came of getting one. Callers at once share one request. */
    async ready(): Promise<ProviderOutcome | null> {
      const left = endsAt - Date.now();
      if (left > RENEW_MS) return null;
      renewing ??= renew().finally(() => (renewing = null));
      return left > UNUSABLE_MS ? null : renewing;
    },
    current: () => token,
    /** The token was refused; the next call gets another. */
    drop() {
      endsAt = 0;
    },
    close: () => pool.close(),
  };
}

type Key = Awaited<ReturnType<typeof importPKCS8>>;

function sign(key: Key, { clientEmail, tokenUrl }: ServiceAccount): Promise<string> {
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(clientEmail)
    .setAudience(tokenUrl)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(key);
}

/** 400 and 401 say that the account is not known or its key is wrong (RFC 6749 §5.2). */
function refused(status: number, text: string): ProviderOutcome {
  const detail = `no access token, ${status}: ${text.slice(0, 200)}`;
  return { kind: status >= 500 || status === 429 ? "transient" : "config", detail };
}
