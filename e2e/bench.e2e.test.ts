import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startCli } from "./start-cli.ts";

const BOOTSTRAP = join(import.meta.dirname, "../infra/bootstrap.mjs");
const COUNT = 500;

test("the bench measures every part of platform and baseline, and nothing is lost", async () => {
  const dir = mkdtempSync(join(tmpdir(), "pulse-bench-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const out = join(dir, "figures.json");
  const cli = startCli(
    [process.execPath, BOOTSTRAP, "bench", "--quick", "--profile", "--out", out],
    {
      TMPDIR: dir,
    },
  );
  const { code, output } = await cli.exit;
  expect(output).toMatch(/^lost +0 +0 +0 +met$/m);
  expect(output).toMatch(/^services\/router +\d+\.\d +\d+\.\d/m);
  expect(code).toBe(0);
  const figures = JSON.parse(readFileSync(out, "utf8"));
  expect(figures).toMatchObject({
    machine: { cores: expect.any(Number), commit: expect.any(String) },
    fsync: "on",
    lost: 0,
    duplicated: 0,
    refused: 0,
    latency: { platform: { lost: 0 }, baseline: { lost: 0 } },
    half: { lost: 0 },
    backlog: { accepted: 2_000 },
    several: {
      sagas: { whole: { sagas: 200, lost: 0 }, alone: { sagas: 200, steps: 1_000, lost: 0 } },
      timers: { waiting: 2_000, burst: { lost: 0 }, steady: { lost: 0 } },
      waiting: { sagas: 2_000 },
    },
    fanOut: { members: 2_500, lost: 0, duplicated: 0 },
  });
  const { platform, baseline } = figures.runs;
  for (const [run] of [
    platform.batch,
    platform.single,
    platform.inapp,
    baseline.batch,
    baseline.single,
  ]) {
    expect(run).toMatchObject({ accepted: COUNT, lost: 0, duplicated: 0 });
    expect(run.endToEndPerSecond).toBeGreaterThan(0);
  }
  const wires = Object.entries<{ providers: object }[]>(figures.others).map(
    ([channel, [run]]) => [channel, run?.providers] as const,
  );
  expect(Object.fromEntries(wires)).toEqual({
    push: { fcm: COUNT / 2 },
    sms: { twilio: COUNT / 2 },
    slack: { slack: COUNT / 2 },
    telegram: { telegram: COUNT / 2 },
    webhook: { webhook: COUNT / 2 },
    whatsapp: { whatsapp: COUNT / 2 },
  });
  for (const how of ["batch", "single"])
    expect(figures.accepting[how]).toMatchObject([{ accepted: COUNT, lost: 0 }]);
}, 240_000);
