import type { Api } from "../api-client.ts";
import type { Shop } from "./read-shop.ts";

/**
 * PUTs the catalog and the recipients of a shop; what is unchanged keeps its version. `$SIMULATOR` in an address of a
 * recipient becomes the simulator's URL.
 */
export async function loadShop(
  api: Api,
  shop: Omit<Shop, "events" | "expected" | "stories">,
  simulator = "",
): Promise<void> {
  await putAll(api, "categories", shop.categories);
  await putAll(api, "templates", shop.templates);
  await putAll(api, "workflows", shop.workflows);
  const recipients = JSON.stringify(shop.recipients).replaceAll("$SIMULATOR", simulator);
  await Promise.all([
    putAll(api, "rules", shop.rules),
    putAll(api, "recipients", JSON.parse(recipients)),
  ]);
}

async function putAll(api: Api, kind: string, entries: Record<string, unknown>): Promise<void> {
  await Promise.all(
    Object.entries(entries).map(([name, body]) =>
      api.put(`/v1/${kind}/${encodeURIComponent(name)}`, body),
    ),
  );
}
