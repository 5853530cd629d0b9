import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERRORS } from "./errors.ts";
import { generatedFiles } from "./generated-files.ts";

test.for(Object.entries(generatedFiles()))(
  "%s is what the contracts say; run pnpm generate",
  ([path, text]) => {
    expect(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")).toBe(text);
  },
);

test("the page of errors lists every code of the catalogue and no other", () => {
  const page = generatedFiles()["docs/errors.md"] ?? "";
  const listed = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
  expect(listed).toEqual(Object.keys(ERRORS));
});
