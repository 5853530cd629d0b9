import { expect, test } from "vitest";
import type { ChosenChannel } from "./choose-channels.ts";
import { holdBack, MAX_HOLDS, quietHoursOf, type QuietQuestion } from "./quiet-hours.ts";

const clock = Date.parse("2026-06-01T22:30:00Z");
const hours = { from: "22:00", until: "07:00" };
const question: QuietQuestion = {
  recipient: { id: "ann" },
  entry: { preferences: { quietHours: hours }, clock },
  settings: {},
  lane: "normal",
  required: false,
  holds: 0,
};
const endOf = (changes: Partial<QuietQuestion>) => {
  const quiet = quietHoursOf({ ...question, ...changes });
  return quiet === null ? null : `${new Date(quiet.until).toISOString()} ${quiet.timezone}`;
};

test("the zone is the quiet hours', else the recipient's, else the tenant's, else UTC", () => {
  const own = { preferences: { quietHours: { ...hours, timezone: "Asia/Tokyo" } }, clock };
  const berlin = { id: "ann", timezone: "Europe/Berlin" };
  const settings = { timezone: "Europe/London" };
  expect(endOf({})).toBe("2026-06-02T07:00:00.000Z UTC");
  expect(endOf({ settings })).toBe("2026-06-02T06:00:00.000Z Europe/London");
  expect(endOf({ settings, recipient: berlin })).toBe("2026-06-02T05:00:00.000Z Europe/Berlin");
  // 07:30 in Tokyo.
  expect(endOf({ settings, recipient: berlin, entry: own })).toBeNull();
});

test("a zone that is none is passed over", () => {
  const preferences = { quietHours: { ...hours, timezone: "Mars/Base" } };
  expect(endOf({ entry: { preferences, clock } })).toBe("2026-06-02T07:00:00.000Z UTC");
});

test("outside of them, without any, and for what must go out, nothing waits", () => {
  const noon = Date.parse("2026-06-01T12:00:00Z");
  expect(endOf({ entry: { ...question.entry, clock: noon } })).toBeNull();
  expect(endOf({ entry: { preferences: {}, clock: null } })).toBeNull();
  expect(endOf({ entry: { preferences: null, clock: null } })).toBeNull();
  expect(endOf({ lane: "critical" })).toBeNull();
  expect(endOf({ required: true })).toBeNull();
});

test("what was held often enough goes out", () => {
  expect(endOf({ holds: MAX_HOLDS - 1 })).not.toBeNull();
  expect(endOf({ holds: MAX_HOLDS })).toBeNull();
});

const quiet = { until: clock + 1_000, timezone: "UTC", reason: "quiet hours" };
const chosen: ChosenChannel[] = (["email", "push", "sms"] as const).map((channel) => ({
  channel,
  address: "a",
  more: [],
}));
function split(options: Parameters<typeof holdBack>[2]) {
  const { chosen: now, held, skipped } = holdBack({ chosen, skipped: [] }, quiet, options);
  const names = (of: readonly { channel: string }[]) => of.map((one) => one.channel).join(" ");
  return [names(now), names(held), names(skipped)];
}

test("channels that disturb wait, or those the tenant names", () => {
  expect(split({ settings: {}, expiresAt: null })).toEqual(["email", "push sms", ""]);
  const settings = { quietHours: { channels: ["email" as const] } };
  expect(split({ settings, expiresAt: null })).toEqual(["push sms", "email", ""]);
});

test("what expires before their end, or with it, is not held", () => {
  const at = (ms: number) => ({
    settings: {},
    expiresAt: new Date(quiet.until + ms).toISOString(),
  });
  expect(split(at(1))).toEqual(["email", "push sms", ""]);
  expect(split(at(0))).toEqual(["email", "", "push sms"]);
});
