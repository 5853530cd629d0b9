import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describeConfig, parseConfig } from "@pulsecourier/runtime";
import { describe, expect, test } from "vitest";
import { generatedFiles } from "./generated-files.ts";
import { SCHEMAS, variables } from "./variables.ts";

const files = Object.entries(generatedFiles());
const example = generatedFiles()[".env.example"] ?? "";

test.for(files)("%s is what the schemas say; run pnpm generate", ([path, text]) => {
  expect(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8")).toBe(text);
});

test("every variable says what it means, the same wherever it is read", () => {
  const meanings = Map.groupBy(
    Object.values(SCHEMAS).flatMap((schema) => describeConfig(schema)),
    ({ name }) => name,
  );
  for (const [name, rows] of meanings) {
    expect(rows[0]?.description, name).toMatch(/^\w.*[^.]$/);
    // One and the same variable may be a service's own and a provider account's elsewhere.
    const said = rows.map((row) => JSON.stringify({ ...row, account: undefined }));
    expect(new Set(said).size, name).toBe(1);
  }
});

test.for(files)("%s has every variable", ([, text]) => {
  expect(variables().length).toBeGreaterThan(20);
  expect(variables().filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});

describe.each(Object.entries(SCHEMAS))("the example file starts %s", (_name, schema) => {
  test("as it is", () => {
    expect(() => parseConfig(schema, parseEnv(example))).not.toThrow();
  });

  test("with everything in it set", () => {
    const all = example.replaceAll(/^#([A-Z0-9_]+=)/gm, "$1");
    expect(Object.keys(parseEnv(all)).toSorted()).toEqual(
      variables()
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(() => parseConfig(schema, parseEnv(all))).not.toThrow();
  });
});
