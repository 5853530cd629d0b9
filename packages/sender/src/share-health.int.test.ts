import { eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let senders: BenchSender[] = [];
beforeAll(async () => (bench = await openTestBench()));
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
});
afterAll(() => bench.close());

const healthTimes = { everyMs: 50, lookMs: 300, lateAfterMs: 100 };
const start = async (
  script: Parameters<TestBench["startSender"]>[0],
  o: { joins?: boolean; redis?: string } = {},
) => {
  const sender = await bench.startSender(script, {
    joins: o.joins ?? false,
    env: { EMAIL_PROVIDERS: "first:50,second:50", ...(o.redis && { REDIS_URL: o.redis }) },
    overrides: { healthTimes },
  });
  senders.push(sender);
  return sender;
};
const some = (count: number) => Array.from({ length: count }, () => bench.delivery());
const metric = async (sender: BenchSender, pattern: RegExp) =>
  pattern.exec(await (await fetch(`${sender.url}/metrics`)).text())?.[1];
const shareOf = async (sender: BenchSender, provider: string) =>
  Number(
    await metric(
      sender,
      new RegExp(`^pulse_account_share\\{.*provider="${provider}".*\\} (.*)$`, "m"),
    ),
  );
const Readiness = z.object({
  checks: z.record(
    z.string(),
    z.array(z.object({ status: z.string(), output: z.string().default("") })),
  ),
});
const checksOf = async (sender: BenchSender) =>
  Readiness.parse(await (await fetch(`${sender.url}/readyz?verbose`)).json()).checks;
const sharesCheck = async (sender: BenchSender) => {
  const [check] = (await checksOf(sender))["shares email:live"] ?? [];
  return check ?? { status: "", output: "" };
};
/** A fifth of the first account's calls fail: too few for its breaker. */
const flaky = () => {
  let calls = 0;
  return ({ provider }: { provider: string }) => {
    if (provider === "first") calls += 1;
    return provider === "first" && calls % 5 === 0
      ? ({ kind: "transient", detail: "503" } as const)
      : ({ kind: "sent" } as const);
  };
};

test("errors move an account's share at every sender, with the reason for operators", async () => {
  const [one, other] = [await start(flaky()), await start(flaky(), { joins: true })];
  expect(await shareOf(one, "first")).toBe(50);
  expect((await sharesCheck(one)).status).toBe("pass");
  await eventually(
    async () => {
      await bench.publish(some(100));
      return (await shareOf(one, "first")) <= 30 && (await shareOf(other, "first")) <= 30;
    },
    { timeoutMs: 30_000 },
  );
  const check = await sharesCheck(other);
  expect(check.status).toBe("warn");
  expect(check.output).toMatch(
    /second .* % \(at rest 50 %\).*first 50 % to 40 % \(errors: \d+ of \d+ calls failed\)/,
  );
  const counted = await Promise.all(
    [one, other].map((sender) =>
      metric(sender, /^pulse_share_shifts_total\{.*reason="errors".*\} (\d+)$/m),
    ),
  );
  // Each move is decided by one of them.
  const moves = check.output.match(/errors:/g)?.length ?? 0;
  expect(counted.reduce((sum, count) => sum + Number(count ?? 0), 0)).toBeGreaterThanOrEqual(moves);
}, 60_000);

test("late receipts move it, too, once some have come", async () => {
  let calls = 0;
  const sender = await start(async ({ provider, message }) => {
    const { id, notificationId, tenant } = message.delivery;
    calls += 1;
    // What the tracker makes of the provider's reports: two in three of the first account's are missing.
    const status = provider === "first" && calls % 3 !== 0 ? "sent" : "delivered";
    await bench.db.pool.query(
      `insert into tracking.notifications (tenant, id, version, status, channels, view, created_at, updated_at)
       values ($1, $2, 1, 'sent', '{email}', $3, now(), now())`,
      [tenant, notificationId, JSON.stringify({ deliveries: [{ id, status }] })],
    );
    return { kind: "sent" };
  });
  await eventually(
    async () => {
      await bench.publish(some(60));
      return (await shareOf(sender, "first")) < 50;
    },
    { timeoutMs: 30_000 },
  );
  expect((await sharesCheck(sender)).output).toMatch(
    /first 50 % to 40 % \(late_receipts: \d+ of \d+ receipts were late\)/,
  );
}, 60_000);

test("without Redis a sender goes by what it sees itself", async () => {
  const sender = await start(flaky(), { redis: "redis://127.0.0.1:1" });
  await eventually(
    async () => {
      await bench.publish(some(100));
      return (await shareOf(sender, "first")) <= 40;
    },
    { timeoutMs: 30_000 },
  );
  expect((await sharesCheck(sender)).output).toContain("errors:");
}, 60_000);

test("without weights nothing is counted, kept or shown", async () => {
  const sender = await bench.startSender(() => ({ kind: "sent" }), {
    env: { EMAIL_PROVIDERS: "first,second" },
    overrides: { healthTimes },
  });
  senders.push(sender);
  await bench.publish(some(20));
  // More when the sender before left some.
  await eventually(() => sender.calls.length >= 20);
  expect(await metric(sender, /^(pulse_account_share\{.*)$/m)).toBeUndefined();
  expect(Object.keys(await checksOf(sender)).some((name) => name.startsWith("shares"))).toBe(false);
}, 30_000);
