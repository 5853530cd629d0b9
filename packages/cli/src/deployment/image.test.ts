import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { folders, read, root } from "./test-compose.ts";

// The image of infra/docker/Dockerfile: what it is made from, and what is left out of it.

const dockerfile = read("infra/docker/Dockerfile");
const ignored = read("infra/docker/Dockerfile.dockerignore")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const leftOut = ignored.filter((line) => /^(packages|services)\//.test(line));

const Manifest = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const manifests = ["packages", "services"].flatMap((layer) =>
  readdirSync(new URL(`${layer}/`, root)).map((folder) => ({
    path: `${layer}/${folder}`,
    ...Manifest.parse(JSON.parse(read(`${layer}/${folder}/package.json`))),
  })),
);

test("its Node and its package manager are the repository's", () => {
  const { devDependencies, packageManager } = z
    .object({ devDependencies: z.object({ node: z.string() }), packageManager: z.string() })
    .parse(JSON.parse(read("package.json")));
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(bases).toEqual(Array.from({ length: 2 }, () => `node:${devDependencies.node}-slim`));
  expect(dockerfile).toContain(`npm install --global ${packageManager}\n`);
});

test("it runs as a user without rights", () => {
  const steps = dockerfile.split("\n").filter((line) => /^[A-Z]+ /.test(line));
  const last = (step: string) => steps.findLastIndex((line) => line.startsWith(step));
  expect(steps[last("USER ")]).toBe("USER node");
  expect(last("COPY ")).toBeLessThan(last("USER "));
});

test("the package that tests share, measurements and chaos are left out", () => {
  expect(leftOut).toEqual(
    expect.arrayContaining(["packages/bench", "packages/chaos", "packages/testkit"]),
  );
  expect(ignored).toContain("**/*.test.ts");
});

describe.each([...folders.map((name) => `services/${name}`), "packages/cli"])("%s", (path) => {
  test("is in it, with every package it needs", () => {
    const needed = needs(path);
    expect(needed.length).toBeGreaterThan(1);
    expect(needed.filter((one) => leftOut.includes(one))).toEqual([]);
  });
});

/** A workspace package's path and those of all it depends on in production. */
function needs(path: string, seen = new Set<string>()): string[] {
  const manifest = manifests.find((one) => one.path === path);
  if (manifest === undefined) throw new Error(`there is no ${path}`);
  if (!seen.has(path)) {
    seen.add(path);
    for (const { path: other, name } of manifests) {
      if (name in manifest.dependencies) needs(other, seen);
    }
  }
  return [...seen];
}
