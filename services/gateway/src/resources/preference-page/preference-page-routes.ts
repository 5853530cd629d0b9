import type { CatalogSnapshot } from "@pulsecourier/catalog";
import { type PreferenceLink, Preferences, type Recipient } from "@pulsecourier/contracts";
import type { GatewayContext } from "../../context.ts";
import { type Answer, route, type Route } from "../../http/route.ts";
import { nameParam } from "../name-param.ts";
import { PAGE_HEADERS } from "../pages/html-page.ts";
import { changePreferences, readPreferences } from "../preferences/preference-store.ts";
import { readRecipient } from "../recipients/recipient-store.ts";
import { applyCells, choicesOf } from "./preference-choices.ts";
import { type PageContent, preferencePage } from "./preference-page.ts";
import { type PreferenceClaims, preferencesPath, readPreferenceToken } from "./preference-token.ts";
import { readForm } from "./read-form.ts";

const FORM_LIMIT = 256 * 1024;

const link = route({
  method: "post",
  path: "/v1/recipients/:id/preference-link",
  scope: "send",
  handler: async ({ tenant, params }, { secrets, config }) => {
    const path = await preferencesPath({ tenant, sub: nameParam(params.id) }, secrets.tokens);
    const body: PreferenceLink = { url: new URL(path, config.PUBLIC_URL).href };
    return { status: 201, body };
  },
});

const show = route({
  method: "get",
  path: "/v1/preferences/:token",
  scope: "none",
  handler: async ({ params }, context) => {
    const claims = await readPreferenceToken(params.token, context.secrets.tokens);
    const { known, policy } = await load(claims, context);
    return page(200, known, policy, { saved: false, problems: [] });
  },
});

const save = route({
  method: "post",
  path: "/v1/preferences/:token",
  scope: "none",
  contentTypes: ["application/x-www-form-urlencoded"],
  bodyLimit: FORM_LIMIT,
  handler: async ({ params, rawBody }, context) => {
    const claims = await readPreferenceToken(params.token, context.secrets.tokens);
    const { known, policy } = await load(claims, context);
    const { form, problems } = readForm(rawBody);
    if (problems.length > 0) {
      // What was ticked is not to be ticked again.
      const preferences = applyCells(known.preferences, form.cells, policy);
      return page(422, { ...known, preferences }, policy, { saved: false, problems });
    }
    const key = { tenant: claims.tenant, recipient: claims.sub };
    const preferences = await changePreferences(context.db, key, (before) => {
      const { quietHours: _, ...rest } = applyCells(before, form.cells, policy);
      return { ...rest, ...(form.quietHours && { quietHours: form.quietHours }) };
    });
    return page(200, { ...known, preferences }, policy, { saved: true, problems });
  },
});

type KnownRecipient = { recipient: Recipient; preferences: Preferences };

async function load({ tenant, sub }: PreferenceClaims, { db, catalog }: GatewayContext) {
  const [recipient, preferences, policy] = await Promise.all([
    readRecipient(db, { tenant, id: sub }),
    readPreferences(db, { tenant, recipient: sub }),
    catalog.current(tenant),
  ]);
  const known: KnownRecipient = {
    recipient: recipient ?? { id: sub },
    preferences: preferences ?? Preferences.parse({}),
  };
  return { known, policy };
}

function page(
  status: number,
  { recipient, preferences }: KnownRecipient,
  policy: CatalogSnapshot,
  told: Pick<PageContent, "saved" | "problems">,
): Answer {
  const text = preferencePage({
    rows: choicesOf(recipient, preferences, policy),
    quietHours: preferences.quietHours,
    zone: recipient.timezone ?? policy.settings.timezone ?? "UTC",
    ...told,
  });
  return { status, text, headers: PAGE_HEADERS };
}

/** The page on which recipients say what they want, and the link to it. Opening it changes nothing. */
export const preferencePageRoutes: Route[] = [link, show, save];
