import { randomUUID } from "node:crypto";
import { findSuppressed } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let sender: BenchSender | undefined;
beforeAll(async () => (bench = await openTestBench()));
afterEach(() => sender?.close());
afterAll(() => bench.close());

test("a delivery is called once, settled, and told as sent", async () => {
  sender = await bench.startSender(() => ({ kind: "sent", providerMessageId: "m-1" }));
  const delivery = bench.delivery();
  const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await bench.publish([delivery], { headers: { traceparent: parent } });
  const sent = await bench.factOf(delivery, "delivery.sent");
  expect(sent).toMatchObject({
    provider: "first",
    providerMessageId: "m-1",
    attempt: 1,
    redrive: 0,
    possibleDuplicate: false,
    deliveryId: delivery.id,
  });
  expect(await bench.row(delivery)).toMatchObject({
    state: "sent",
    provider: "first",
    provider_message_id: "m-1",
  });
  const [call] = sender.calls;
  expect(call?.context.traceparent.split("-")[1]).toBe("0af7651916cd43dd8448eb211c80319c");
  expect(call?.context.traceparent).not.toBe(parent);
  expect(call?.context.idempotencyKey).toBe(delivery.id);
});

test("the same record three times makes one call and one fact id", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const delivery = bench.delivery();
  await bench.publish([delivery], { times: 3 });
  await eventually(() => bench.factsOf(delivery).length === 3);
  expect(sender.calls).toHaveLength(1);
  expect(new Set(bench.factsOf(delivery).map((fact) => fact.id)).size).toBe(1);
});

test("a cancel that is committed before the call prevents it", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const delivery = bench.delivery();
  await bench.cancel(delivery);
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.cancelled");
  expect(sender.calls).toHaveLength(0);
  expect(await bench.row(delivery)).toMatchObject({ state: "cancelled" });
});

test("a saga withdraws one of its deliveries alone; where no saga is, the delivery's id is nobody's", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const withdrawn = { ...bench.delivery(), saga: randomUUID() };
  const other = bench.delivery();
  for (const delivery of [withdrawn, other]) {
    await bench.cancel({ ...delivery, notificationId: delivery.id });
  }
  await bench.publish([withdrawn, other]);
  await bench.factOf(withdrawn, "delivery.cancelled");
  await bench.factOf(other, "delivery.sent");
  expect(sender.calls).toHaveLength(1);
});

test("an expired delivery is not called", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const delivery = bench.delivery({ expiresAt: Date.now() - 1 });
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.expired");
  expect(sender.calls).toHaveLength(0);
});

test("a delivery that would expire before its next attempt ends as expired", async () => {
  sender = await bench.startSender(() => ({ kind: "transient", detail: "503" }));
  const delivery = bench.delivery({ expiresAt: Date.now() + 60_000 });
  await bench.publish([{ ...delivery, expiresAt: Date.now() + 90 }]);
  await bench.factOf(delivery, "delivery.expired");
});

test("transient failures go through the tiers and end as exhausted in the dead-letter topic", async () => {
  sender = await bench.startSender(() => ({
    kind: "transient",
    detail: "503 for ada@example.com",
  }));
  const delivery = bench.delivery({ lane: "critical" });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({ attempt: 3, error: { code: "attempts_exhausted" } });
  expect(failed.error.message).toBe("provider_unavailable: 503 for [email]");
  expect(sender.calls.map((call) => call.context.attempt)).toEqual([1, 2, 3]);
  const topics = bench.parked
    .filter((record) => record.headers["ntf-id"] === delivery.id)
    .map(({ topic }) => topic);
  expect(topics).toEqual(
    ["5s", "30s"].map((tier) => bench.names.retry("email", "critical", tier as "5s")),
  );
  const letter = await bench.letterOf(delivery);
  expect(letter.headers).toMatchObject({
    "ntf-reason": "exhausted",
    "ntf-err-code": "attempts_exhausted",
  });
  expect(letter.headers["ntf-provider"]).toBe("first");
  expect(JSON.parse(String(letter.value))).toEqual(delivery);
});

test("a permanent refusal is rejected at once, and only a higher redrive calls again", async () => {
  let broken = true;
  sender = await bench.startSender(() =>
    broken ? { kind: "permanent", detail: "no" } : { kind: "sent" },
  );
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.failed");
  const letter = await bench.letterOf(delivery);
  expect(letter.headers["ntf-reason"]).toBe("rejected");
  broken = false;
  await bench.publish([delivery]);
  await eventually(() => bench.factsOf(delivery).length === 2);
  expect(sender.calls).toHaveLength(1);
  await bench.publish([delivery], { headers: { "ntf-redrive": "1" } });
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({ redrive: 1, attempt: 1 });
  await bench.publish([delivery], { headers: { "ntf-redrive": "2" } });
  await eventually(
    () => bench.factsOf(delivery).filter((fact) => fact.type === "delivery.sent").length === 2,
  );
  expect(sender.calls).toHaveLength(2);
});

test("bytes that are no delivery go to the dead-letter topic, with a failure when they name one", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  await bench.publishRaw("normal", "not json");
  await eventually(() => bench.letters.some((letter) => String(letter.value) === "not json"));
  const { address: _, ...broken } = bench.delivery();
  await bench.publishRaw("normal", JSON.stringify(broken));
  expect(await bench.factOf(broken, "delivery.failed")).toMatchObject({
    error: { code: "malformed_record" },
  });
  const made = { ...broken, notificationId: broken.id };
  await bench.publishRaw("normal", JSON.stringify(made));
  await eventually(() =>
    bench.letters.some((letter) => String(letter.value) === JSON.stringify(made)),
  );
  expect(bench.factsOf(made)).toHaveLength(0);
  const after = bench.delivery();
  await bench.publish([after]);
  await bench.factOf(after, "delivery.sent");
});

test("a call that never answers is unknown: called again and marked, or given up where that is forbidden", async () => {
  let first = true;
  const once = bench.delivery({ onUnknown: "at_most_once" });
  sender = await bench.startSender(
    (call) => {
      if (call.message.delivery.id !== once.id && !first) return { kind: "sent" };
      first = call.message.delivery.id === once.id && first;
      return new Promise(() => undefined);
    },
    { env: { CALL_TIMEOUT_MS: "200" } },
  );
  const again = bench.delivery();
  await bench.publish([once]);
  await bench.factOf(once, "delivery.unknown");
  expect(await bench.factOf(once, "delivery.failed")).toMatchObject({
    error: { code: "outcome_unknown" },
  });
  await bench.publish([again]);
  await bench.factOf(again, "delivery.unknown");
  expect(await bench.factOf(again, "delivery.sent")).toMatchObject({
    possibleDuplicate: true,
    attempt: 2,
  });
});

test("an address nobody has ends the delivery and is suppressed from then on", async () => {
  sender = await bench.startSender(() => ({ kind: "recipient_gone", detail: "550 5.1.1" }));
  const delivery = bench.delivery({ address: "Gone-For-Good@example.com" });
  await bench.publish([delivery], { times: 2 });
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({ error: { code: "recipient_gone" } });
  const { tenant, channel } = delivery;
  const find = await findSuppressed(bench.db, [
    { tenant, channel, address: "gone-for-good@example.com" },
  ]);
  expect(find?.({ tenant, channel, address: "gone-for-good@example.com" })).toBe("recipient_gone");
});
