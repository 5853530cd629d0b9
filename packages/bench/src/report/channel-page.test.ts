import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Throughput } from "../measure/measure-throughput.ts";
import { withChannels } from "./channel-page.ts";
import { channelRows } from "./channel-rows.ts";
import { channelTable } from "./channel-table.ts";

const readme = readFileSync(new URL("../../../../README.md", import.meta.url), "utf8");

function run(change: Partial<Throughput>): Throughput {
  return {
    accepted: 10_000,
    refused: 0,
    acceptedPerSecond: 9_000,
    endToEndPerSecond: 3_000,
    settledPerSecond: 2_900,
    providers: {},
    cpuMicros: { deliver: 300, kafka: 150 },
    lost: 0,
    duplicated: 0,
    ...change,
  };
}

const none = { batch: [], single: [], inapp: [] };
const rows = channelRows({
  runs: {
    platform: { ...none, batch: [run({ providers: { sendgrid: 20_000 } })], inapp: [run({})] },
    baseline: none,
  },
  others: {
    sms: [
      run({ providers: { twilio: 10_000 }, endToEndPerSecond: 2_000, lost: 1 }),
      run({ providers: { twilio: 9_999, vonage: 1 }, endToEndPerSecond: 2_501, duplicated: 2 }),
    ],
  },
});

test("a row for each channel that was measured, with medians and all that went wrong", () => {
  expect(channelTable(rows))
    .toBe(`channel  through         end to end, /s  CPU, µs each  lost  duplicated
───────  ──────────────  ──────────────  ────────────  ────  ──────────
email    sendgrid                 3,000           450     0           0
inapp    sockets                  3,000           450     0           0
sms      twilio, vonage           2,251           450     1           2`);
  expect(channelTable([])).toBeNull();
});

test("the README has a place for the channels, and a later run takes it again", () => {
  const written = withChannels(readme, rows, "abc1234");
  expect(written).toContain(`
| in batches of 100, at abc1234 | email | inapp | sms |
|---|--:|--:|--:|
| through | sendgrid | sockets | twilio, vonage |
| end to end, per second | 3,000 | 3,000 | 2,251 |
| processor time each | 0.45 ms | 0.45 ms | 0.45 ms |
| lost, duplicated | 0, 0 | 0, 0 | 1, 2 |
`);
  expect(withChannels(written, rows, "abc1234")).toBe(written);
  const others = withChannels(written, rows, "def5678");
  expect(others).toBe(written.replace("abc1234", "def5678"));
});

test("nothing measured leaves the page as it is", () => {
  expect(() => withChannels(readme, [], null)).toThrow("--only");
  expect(() => withChannels("# A page", rows, null)).toThrow("needs the lines");
});
