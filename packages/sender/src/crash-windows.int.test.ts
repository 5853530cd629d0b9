import { randomUUID } from "node:crypto";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProviderOutcome } from "./provider.ts";
import type { SenderStep } from "./sender-options.ts";
import { openTestBench, type Script, type TestBench } from "./test-bench.ts";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench()));
afterAll(() => bench.close());

const sent: ProviderOutcome = { kind: "sent", providerMessageId: "m-1" };

/** A sender that stops dead at a step, and is gone once it got there: nothing after the step happens. */
async function crashAt(step: SenderStep, script: Script = () => sent) {
  const reached = Promise.withResolvers<void>();
  const sender = await bench.startSender(script, {
    env: { SHUTDOWN_DEADLINE_MS: "100" },
    overrides: {
      atStep: (at) => {
        if (at !== step) return undefined;
        reached.resolve();
        return new Promise(() => undefined);
      },
    },
  });
  return {
    calls: sender.calls,
    async crashed() {
      await reached.promise;
      await sender.close();
    },
  };
}

test.each(["claimed", "call", "called"] as const)(
  "a crash at `%s` leaves an unknown: parked until the lease is over, then called again and marked",
  async (step) => {
    const delivery = bench.delivery();
    const first = await crashAt(step);
    await bench.publish([delivery]);
    await first.crashed();
    expect(first.calls).toHaveLength(step === "called" ? 1 : 0);
    expect(await bench.row(delivery)).toMatchObject({ state: "calling", attempt: 1 });

    const second = await bench.startSender(() => sent);
    const parked = await eventually(
      () => bench.parked.find(({ headers }) => headers["ntf-id"] === delivery.id) ?? null,
    );
    expect(parked?.headers["ntf-attempt"] ?? "1").toBe("1");
    expect(parked?.topic).toBe(bench.names.retry("email", "normal", "5s"));
    expect(second.calls).toHaveLength(0);
    await bench.endLease(delivery);
    expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
      attempt: 1,
      possibleDuplicate: true,
    });
    expect(await bench.factOf(delivery, "delivery.unknown")).toMatchObject({
      error: { code: "outcome_unknown" },
    });
    expect(second.calls).toHaveLength(1);
    await second.close();
  },
);

test("a crash during the call of an at-most-once delivery ends it as outcome_unknown", async () => {
  const delivery = bench.delivery({ onUnknown: "at_most_once" });
  const first = await crashAt("called");
  await bench.publish([delivery]);
  await first.crashed();
  await bench.endLease(delivery);
  const second = await bench.startSender(() => sent);
  expect(await bench.factOf(delivery, "delivery.failed")).toMatchObject({
    error: { code: "outcome_unknown" },
  });
  expect((await bench.letterOf(delivery)).headers["ntf-reason"]).toBe("rejected");
  expect(second.calls).toHaveLength(0);
  await second.close();
});

test("a crash between settle and facts calls no more and says the same", async () => {
  const delivery = bench.delivery();
  const first = await crashAt("settled");
  await bench.publish([delivery]);
  await first.crashed();
  expect(bench.factsOf(delivery)).toHaveLength(0);
  const second = await bench.startSender(() => sent);
  const fact = await bench.factOf(delivery, "delivery.sent");
  expect(fact).toMatchObject({
    provider: "first",
    providerMessageId: "m-1",
    attempt: 1,
    possibleDuplicate: false,
  });
  expect([first.calls.length, second.calls.length]).toEqual([1, 0]);
  await second.close();
});

test("a crash after settling a retry still brings the retry", async () => {
  const delivery = bench.delivery();
  const first = await crashAt("settled", () => ({ kind: "transient", detail: "503" }));
  await bench.publish([delivery]);
  await first.crashed();
  const second = await bench.startSender(() => sent);
  const retrying = await bench.factOf(delivery, "delivery.retrying");
  expect(retrying).toMatchObject({
    attempt: 1,
    provider: "first",
    error: { code: "provider_unavailable" },
  });
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 2,
    possibleDuplicate: false,
  });
  expect(second.calls.map((call) => call.context.attempt)).toEqual([2]);
  await second.close();
});

test("a crash after settling a failure still brings the dead letter", async () => {
  const delivery = bench.delivery();
  const first = await crashAt("settled", () => ({ kind: "permanent", detail: "refused" }));
  await bench.publish([delivery]);
  await first.crashed();
  const second = await bench.startSender(() => sent);
  expect(await bench.factOf(delivery, "delivery.failed")).toMatchObject({
    error: { code: "provider_rejected" },
  });
  expect((await bench.letterOf(delivery)).headers["ntf-reason"]).toBe("rejected");
  expect(second.calls).toHaveLength(0);
  await second.close();
});

test("a crash between facts and offset repeats the fact under its id", async () => {
  const delivery = bench.delivery();
  const first = await crashAt("emitted");
  await bench.publish([delivery]);
  await first.crashed();
  const second = await bench.startSender(() => sent);
  await eventually(() => bench.factsOf(delivery).length >= 2);
  expect(new Set(bench.factsOf(delivery).map((fact) => fact.id)).size).toBe(1);
  expect(second.calls).toHaveLength(0);
  await second.close();
});

test("a record that comes again while its call runs joins it", async () => {
  const answer = Promise.withResolvers<ProviderOutcome>();
  const sender = await bench.startSender(() => answer.promise, {
    env: { CALL_TIMEOUT_MS: "20000" },
  });
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  await eventually(() => sender.calls.length === 1);
  // The same record by another way: keys are in order inside a partition only.
  await bench.publishTo(bench.names.retry("email", "normal", "5s"), delivery);
  const after = bench.delivery();
  await bench.publishTo(bench.names.retry("email", "normal", "5s"), after);
  await eventually(() => sender.calls.length === 2);
  answer.resolve(sent);
  await bench.factOf(delivery, "delivery.sent");
  await bench.factOf(after, "delivery.sent");
  expect(sender.calls).toHaveLength(2);
  expect(bench.factsOf(delivery)).toHaveLength(1);
  await sender.close();
});

test("another sender's live call is left alone, and costs no attempt", async () => {
  const delivery = bench.delivery();
  const row = { state: "calling", redrive: 0, attempt: 1, owner: randomUUID() } as const;
  const lease_until = new Date(Date.now() + 60_000);
  const { id, tenant } = delivery;
  await bench.db.kysely
    .insertInto("ledger.deliveries")
    .values({ id, tenant, ...row, lease_until, possible_duplicates: 0 })
    .execute();
  const sender = await bench.startSender(() => sent);
  await bench.publish([delivery]);
  await eventually(
    () => bench.parked.filter(({ headers }) => headers["ntf-id"] === id).length >= 2,
  );
  expect(sender.calls).toHaveLength(0);
  await bench.endLease(delivery);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 1,
    possibleDuplicate: true,
  });
  await sender.close();
});

test("an older record of a delivery that has gone on says only its own fact", async () => {
  const delivery = bench.delivery();
  let failing = true;
  const sender = await bench.startSender(() =>
    failing ? { kind: "transient", detail: "503" } : sent,
  );
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.retrying");
  await bench.publish([delivery], { headers: { "ntf-attempt": "4" } });
  await eventually(async () => ((await bench.row(delivery))?.attempt ?? 0) >= 4);
  const calls = sender.calls.length;
  const before = bench.factsOf(delivery).filter((fact) => fact.type === "delivery.retrying").length;
  await bench.publish([delivery]);
  await eventually(
    () =>
      bench.factsOf(delivery).filter((fact) => fact.type === "delivery.retrying").length > before,
  );
  expect(sender.calls.slice(calls).every((call) => call.context.attempt >= 4)).toBe(true);
  failing = false;
  await eventually(async () => (await bench.row(delivery))?.state !== "retry");
  await sender.close();
});
