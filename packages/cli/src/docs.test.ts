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
  const links = [...read(page).matchAll(/(?:\]\(|^\[[^\]]+\]: )(?!https?:)([^)#\s]+)/gm)].map(
    (found) => found[1] ?? "",
  );
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

test("every promise names what shows it: a test or a fault, each there and each used", () => {
  const page = read("docs/guarantees.md");
  const definitions = Object.fromEntries(
    [...page.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, label = "", path = ""]) => [label, path]),
  );
  const [promised = ""] = page.split("## What is not promised");
  const promises = promised.split(/^- /m).slice(1);
  expect(promises.length).toBeGreaterThan(15);
  const shownBy = (promise: string) => /Shown by\s([^]*)/.exec(promise)?.[1] ?? "";
  expect(promises.filter((promise) => !/\[.+\]/.test(shownBy(promise)))).toEqual([]);
  const used = [...page.matchAll(/Shown by\s([^]*?)\.$/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/\[([^\]]+)\]/g)].map(([, label = ""]) => label.replaceAll(/\s+/g, " ")),
  );
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(definitions).toSorted());
  const shows = /(\.(int|e2e)\.test|\/chaos\/src\/faults\/[\w-]+)\.ts$/;
  expect(Object.values(definitions).filter((path) => !shows.test(path))).toEqual([]);
});
