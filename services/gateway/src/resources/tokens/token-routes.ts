import type { InboxToken } from "@pulsecourier/contracts";
import { SignJWT } from "jose";
import { route, type Route } from "../../http/route.ts";
import { nameParam } from "../name-param.ts";

/** How long a token opens the inbox. */
const LIFETIME_SECONDS = 3_600;

const create = route({
  method: "post",
  path: "/v1/recipients/:id/tokens",
  scope: "send",
  handler: async ({ tenant, params }, { secrets }) => {
    const expires = Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
    const token = await new SignJWT({ tenant })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(nameParam(params.id))
      .setAudience("inbox")
      .setExpirationTime(expires)
      .sign(secrets.tokens);
    const body: InboxToken = { token, expiresAt: new Date(expires * 1_000).toISOString() };
    return { status: 201, body };
  },
});

export const tokenRoutes: Route[] = [create];
