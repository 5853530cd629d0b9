import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openTestBench, type Script, type TestBench } from "./test-bench.ts";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench()));
afterAll(() => bench.close());

const [phone, tablet, laptop] = ["phone@example.com", "tablet@example.com", "laptop@example.com"];
const three = { address: phone, moreAddresses: [tablet, laptop] };

async function start(script: Script, o: Parameters<TestBench["startSender"]>[1] = {}) {
  const sender = await bench.startSender(script, o);
  onTestFinished(() => sender.close());
  return {
    ...sender,
    called: () => sender.calls.map(({ message }) => message.address),
  };
}

test("one delivery goes to every device and is sent once any took it; what is gone is suppressed", async () => {
  const sender = await start(({ message }) =>
    message.address === phone
      ? { kind: "recipient_gone", detail: "unregistered" }
      : { kind: "sent", providerMessageId: message.address === tablet ? "t-1" : "l-1" },
  );
  const delivery = bench.delivery(three);
  await bench.publish([delivery], { times: 2 });
  const sent = await bench.factOf(delivery, "delivery.sent");
  expect(sent).toMatchObject({
    attempt: 1,
    provider: "first",
    providerMessageId: "t-1",
    possibleDuplicate: false,
    devices: [
      { outcome: "failed", provider: "first", error: { code: "recipient_gone" } },
      { outcome: "sent", provider: "first", providerMessageId: "t-1" },
      { outcome: "sent", provider: "first", providerMessageId: "l-1" },
    ],
  });
  expect(JSON.stringify(sent)).not.toContain("@example.com");
  expect(sender.called()).toEqual([phone, tablet, laptop]);
  const suppressed = () =>
    bench.db.kysely.selectFrom("directory.suppressions").select(["address", "reason"]).execute();
  await eventually(async () => (await suppressed()).length > 0);
  expect(await suppressed()).toEqual([{ address: phone, reason: "recipient_gone" }]);
});

test("a retry calls the devices that are left and none that took it", async () => {
  let down = true;
  const sender = await start(({ message }) => {
    if (message.address !== tablet || !down) return { kind: "sent" };
    down = false;
    return { kind: "transient", detail: "503" };
  });
  const delivery = bench.delivery(three);
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.retrying")).toMatchObject({
    devices: [{ outcome: "sent" }, { outcome: "retry" }, { outcome: "sent" }],
  });
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 2,
    devices: [{ outcome: "sent" }, { outcome: "sent" }, { outcome: "sent" }],
  });
  expect(sender.called()).toEqual([phone, tablet, laptop, tablet]);
});

test("a device whose recipient limit waits does not hold up the others and is not lost", async () => {
  let waits = 1;
  const sender = await start(({ message }) => {
    if (message.address !== phone || waits === 0) return { kind: "sent" };
    waits -= 1;
    return { kind: "rate_limited", detail: "429", retryAfterMs: 1_500, scope: "recipient" };
  });
  const delivery = bench.delivery(three);
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.waiting");
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({ attempt: 1 });
  expect(sender.called()).toEqual([phone, tablet, laptop, phone]);
});

test.each(["at_least_once", "at_most_once"] as const)(
  "a crash during a device's call, %s: only that call is in doubt",
  async (onUnknown) => {
    const reached = Promise.withResolvers<void>();
    let calls = 0;
    const crashing = await bench.startSender(() => ({ kind: "sent" }), {
      env: { SHUTDOWN_DEADLINE_MS: "100" },
      overrides: {
        atStep: (step) => {
          if (step !== "called") return undefined;
          calls += 1;
          if (calls < 2) return undefined;
          reached.resolve();
          return new Promise(() => undefined);
        },
      },
    });
    const delivery = bench.delivery({ ...three, onUnknown });
    await bench.publish([delivery]);
    await reached.promise;
    await crashing.close();
    expect(crashing.calls.map(({ message }) => message.address)).toEqual([phone, tablet]);
    await bench.endLease(delivery);
    const sender = await start(() => ({ kind: "sent" }));
    const sent = await bench.factOf(delivery, "delivery.sent");
    const again = onUnknown === "at_least_once";
    expect(sender.called()).toEqual(again ? [tablet, laptop] : [laptop]);
    expect(sent).toMatchObject({
      possibleDuplicate: true,
      devices: [
        { outcome: "sent" },
        again ? { outcome: "sent" } : { outcome: "failed", error: { code: "outcome_unknown" } },
        { outcome: "sent" },
      ],
    });
  },
);

test("a crash between the last device and the facts says the same", async () => {
  const reached = Promise.withResolvers<void>();
  const crashing = await bench.startSender(
    ({ message }) =>
      message.address === phone
        ? { kind: "permanent", detail: "no" }
        : { kind: "sent", providerMessageId: "m-1" },
    {
      env: { SHUTDOWN_DEADLINE_MS: "100" },
      overrides: {
        atStep: (step) => {
          if (step !== "settled") return undefined;
          reached.resolve();
          return new Promise(() => undefined);
        },
      },
    },
  );
  const delivery = bench.delivery(three);
  await bench.publish([delivery]);
  await reached.promise;
  await crashing.close();
  const sender = await start(() => ({ kind: "sent" }));
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    providerMessageId: "m-1",
    devices: [
      { outcome: "failed", error: { code: "provider_rejected" } },
      { outcome: "sent", providerMessageId: "m-1" },
      { outcome: "sent", providerMessageId: "m-1" },
    ],
  });
  expect(sender.calls).toEqual([]);
});

test("devices that all refuse end the delivery, with one dead letter", async () => {
  await start(({ message }) =>
    message.address === laptop
      ? { kind: "permanent", detail: "no" }
      : { kind: "recipient_gone", detail: "unregistered" },
  );
  const delivery = bench.delivery(three);
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.failed")).toMatchObject({
    error: { code: "provider_rejected" },
    devices: [{ outcome: "failed" }, { outcome: "failed" }, { outcome: "failed" }],
  });
  expect((await bench.letterOf(delivery)).headers["ntf-reason"]).toBe("rejected");
});

test("a cancel that comes between devices stops the rest, and what was sent counts", async () => {
  const delivery = bench.delivery(three);
  const sender = await start(async () => {
    await bench.cancel(delivery);
    return { kind: "sent" };
  });
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    devices: [{ outcome: "sent" }, { outcome: "wait" }, { outcome: "wait" }],
  });
  expect(sender.called()).toEqual([phone]);
});
