import { Name, PulseError } from "@pulsecourier/contracts";
import { jwtVerify } from "jose";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { PAGE_HEADERS } from "../pages/html-page.ts";
import { preferencesPath } from "../preference-page/preference-token.ts";
import { refuseCategory } from "../preferences/preference-store.ts";
import { confirmPage, donePage } from "./unsubscribe-page.ts";

const show = route({
  method: "get",
  path: "/v1/unsubscribe/:token",
  scope: "none",
  handler: async ({ params }, { secrets }) => {
    const claims = await read(params.token, secrets.tokens);
    const more = await preferencesPath(claims, secrets.tokens);
    return { status: 200, text: confirmPage(claims.category, more), headers: PAGE_HEADERS };
  },
});

/** One click (RFC 8058 §3.2): no login, no redirect, and the body has nothing more to say. */
const unsubscribe = route({
  method: "post",
  path: "/v1/unsubscribe/:token",
  scope: "none",
  handler: async ({ params }, { db, secrets }) => {
    const claims = await read(params.token, secrets.tokens);
    const { tenant, sub: recipient, category } = claims;
    await refuseCategory(db, { tenant, recipient, category, channel: "email" });
    const more = await preferencesPath(claims, secrets.tokens);
    return { status: 200, text: donePage(category, more), headers: PAGE_HEADERS };
  },
});

const Claims = z.object({ tenant: z.string(), sub: z.string().min(1), category: Name });

/** Whom the link is about. It never ends to be valid: an old mail's link must work. */
async function read(token: string, secret: Buffer): Promise<z.infer<typeof Claims>> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      audience: "unsubscribe",
      algorithms: ["HS256"],
    });
    return Claims.parse(payload);
  } catch (cause) {
    throw new PulseError("not_found", "This unsubscribe link is not one of ours, or was cut.", {
      cause,
    });
  }
}

export const unsubscribeRoutes: Route[] = [show, unsubscribe];
