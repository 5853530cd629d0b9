import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const inDocs = readdirSync(new URL("docs/", root), { recursive: true, encoding: "utf8" });
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "STYLE_GUIDE.md",
  ...inDocs.filter((path) => path.endsWith(".md")).map((path) => `docs/${path}`),
];

test.each(pages)("every link of %s leads somewhere in this repository", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((found) => found[1] ?? "");
  const dead = links.filter((link) => !existsSync(new URL(link, new URL(page, root))));
  expect(dead).toEqual([]);
});

test("the map has a line for every service and package", () => {
  const map = read("docs/map.md");
  const folders = ["services", "packages"].flatMap((layer) =>
    readdirSync(new URL(`${layer}/`, root)).map((folder) => `${layer}/${folder}`),
  );
  expect(folders.filter((folder) => !map.includes(`\`${folder}\``))).toEqual([]);
});

test("the list of decisions has each of them", () => {
  const list = read("docs/adr/README.md");
  const decisions = inDocs.filter((path) => /^adr\/\d{4}-/.test(path));
  expect(decisions.length).toBeGreaterThan(9);
  expect(decisions.filter((path) => !list.includes(`(${path.slice("adr/".length)})`))).toEqual([]);
});
