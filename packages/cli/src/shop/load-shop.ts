import type { Api } from "../api-client.ts";
import type { Shop } from "./read-shop.ts";

/** PUTs the catalog and the recipients of a shop; what is unchanged keeps its version. */
export async function loadShop(api: Api, shop: Omit<Shop, "events" | "expected">): Promise<void> {
  await putAll(api, "categories", shop.categories);
  await putAll(api, "templates", shop.templates);
  await Promise.all([putAll(api, "rules", shop.rules), putAll(api, "recipients", shop.recipients)]);
}

async function putAll(api: Api, kind: string, entries: Record<string, unknown>): Promise<void> {
  await Promise.all(
    Object.entries(entries).map(([name, body]) =>
      api.put(`/v1/${kind}/${encodeURIComponent(name)}`, body),
    ),
  );
}
