import { PulseError, type Scope } from "@pulsecourier/contracts";
import { jwtVerify } from "jose";
import type { ApiKey } from "../api-keys/api-key.ts";
import type { GatewayContext } from "../context.ts";
import { limitRequests } from "./rate-limit.ts";
import type { Incoming } from "./route.ts";

type KeyCaller = { tenant: string; key: ApiKey };
type RecipientCaller = { tenant: string; recipient: string };

/** Who calls, by the scope a route asks for. */
export type Callers = Record<Scope, KeyCaller> & { inbox: RecipientCaller; none: object };

type Authenticate = {
  [S in keyof Callers]: (incoming: Incoming, context: GatewayContext) => Promise<Callers[S]>;
};

/** Establishes who calls and applies their rate limit; `unauthenticated`, `forbidden` or `rate_limited`. */
export const authenticate: Authenticate = {
  none: async () => ({}),
  inbox: recipientCaller,
  send: (incoming, context) => keyCaller("send", incoming, context),
  admin: (incoming, context) => keyCaller("admin", incoming, context),
  operator: (incoming, context) => keyCaller("operator", incoming, context),
};

async function keyCaller(scope: Scope, incoming: Incoming, context: GatewayContext) {
  const key = await context.keys.find(bearerOf(incoming));
  if (key === null) throw new PulseError("unauthenticated");
  if (!key.scopes.includes(scope)) {
    throw new PulseError("forbidden", `This call needs a key with the scope \`${scope}\`.`);
  }
  if (!key.unlimited) {
    const perSecond = key.ratePerSecond ?? context.config.RATE_LIMIT_PER_SECOND;
    await limitRequests(context.limiter, { caller: key.id, perSecond, incoming });
  }
  return { tenant: key.tenant, key };
}

async function recipientCaller(incoming: Incoming, context: GatewayContext) {
  const claims = await tokenClaims(bearerOf(incoming), context.secrets.tokens);
  const { sub: recipient, tenant } = claims;
  if (recipient === undefined || typeof tenant !== "string")
    throw new PulseError("unauthenticated");
  const perSecond = context.config.RATE_LIMIT_PER_SECOND;
  await limitRequests(context.limiter, { caller: `${tenant}:${recipient}`, perSecond, incoming });
  return { tenant, recipient };
}

async function tokenClaims(token: string, secret: Buffer) {
  try {
    return (await jwtVerify(token, secret, { audience: "inbox", algorithms: ["HS256"] })).payload;
  } catch (cause) {
    const detail = "Send a valid recipient token as `Authorization: Bearer <token>`.";
    throw new PulseError("unauthenticated", detail, { cause });
  }
}

function bearerOf({ headers }: Incoming): string {
  const token = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw new PulseError("unauthenticated");
  return token;
}
