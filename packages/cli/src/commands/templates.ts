import { join } from "node:path";
import { connect } from "../connect.ts";
import { readDevFile } from "../platform/dev-file.ts";
import { loadShop } from "../shop/load-shop.ts";
import { readShop, readTemplate } from "../shop/read-shop.ts";
import { print } from "../terminal/print.ts";

/** `pulse templates push <dir>`: categories, templates, rules and recipients of a folder laid out like the sample shop. */
export async function pushTemplates(dir: string, { json }: { json: boolean }): Promise<number> {
  const { events: _events, expected: _expected, stories: _stories, ...shop } = readShop(dir);
  const counts = Object.fromEntries(
    Object.entries(shop).map(([kind, all]) => [kind, Object.keys(all).length]),
  );
  if (counts["templates"] === 0 && counts["rules"] === 0) {
    throw new Error(
      `${dir} holds no templates and no rules; see examples/shop/README.md for the layout.`,
    );
  }
  await loadShop(connect(), shop, readDevFile()?.simulator);
  print(json, counts, () =>
    Object.entries(counts)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", "),
  );
  return 0;
}

/** `pulse templates preview <dir>`: renders a template folder, pushed first, with sample data. */
export async function previewTemplate(
  dir: string,
  options: { json: boolean; data?: unknown; locale?: string },
): Promise<number> {
  const name = dir.replace(/\/+$/, "").split("/").at(-1) ?? dir;
  const api = connect();
  await api.put(`/v1/templates/${name}`, readTemplate(join(dir)));
  const rendered = await api.post<unknown>(`/v1/templates/${name}/preview`, {
    data: options.data ?? {},
    ...(options.locale === undefined ? {} : { locale: options.locale }),
  });
  print(options.json, rendered, () => JSON.stringify(rendered, null, 2));
  return 0;
}
