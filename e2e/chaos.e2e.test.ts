import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULTS, runFaults, type SeedResult } from "@pulsecourier/chaos";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The short version of `pnpm chaos`: one seed of what harms most, on one platform with servers of its own. */
const SHORT = [
  "kill-everything",
  "kill-broker",
  "restart-postgres",
  "kill-redis",
  "deliver-thrice",
  "poison",
  "forged-callbacks",
];
const SEED = 1;

const dir = mkdtempSync(join(tmpdir(), "pulse-chaos-e2e-"));
const results = new Map<string, PromiseWithResolvers<SeedResult>>(
  SHORT.map((name) => [name, Promise.withResolvers<SeedResult>()]),
);
const stop = new AbortController();
let running: Promise<unknown>;

beforeAll(() => {
  running = runFaults({
    faults: FAULTS.filter(({ name }) => SHORT.includes(name)),
    seeds: [SEED],
    long: false,
    dir,
    onSeed: ({ name }, result) => results.get(name)?.resolve(result),
    note: () => undefined,
    signal: stop.signal,
  }).catch((error: unknown) => {
    for (const { reject } of results.values()) reject(error);
  });
});
afterAll(async () => {
  stop.abort();
  await running;
  rmSync(dir, { recursive: true, force: true });
}, 200_000);

// In the order of the run, so that none waits for another's time.
test.each(FAULTS.map(({ name }) => name).filter((name) => SHORT.includes(name)))(
  "%s loses nothing, doubles nothing unexplained",
  async (name) => {
    const result = await results.get(name)?.promise;
    expect(result?.problems).toEqual([]);
    expect(result?.accepted).toBeGreaterThan(100);
  },
  200_000,
);
