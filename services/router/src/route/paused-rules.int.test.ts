import { pauseEntry, putEntry, resumeEntry } from "@pulsecourier/catalog";
import {
  type LifecycleFact,
  type PauseInput,
  STAMP,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import type { InRecord } from "@pulsecourier/kafka";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { adhoc, event, record, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => {
  router = await testRouter(await testDatabase());
  await router.putTemplate("t", { channels: { email: { subject: "s", text: "t" } } });
  await router.putRecipient("ann", { email: "ann@example.com" });
  const rule = { on: "order.*", recipients: ["event.data.to"], template: "t" };
  await router.putRule("paused", { ...rule, channels: ["email"] });
  await router.putRule("other", { ...rule, channels: ["email"] });
});
afterAll(() => router.close());
beforeEach(async () => {
  await resume("rule", "paused");
  await router.db.pool.query("truncate schedule.timers");
});

type Kind = "rule" | "workflow";
const pause = (kind: Kind, name: string, events: PauseInput["events"]) =>
  pauseEntry(router.db, { tenant: "acme", kind, name, events, by: "test" });
const resume = (kind: Kind, name: string) => resumeEntry(router.db, { tenant: "acme", kind, name });

/** Each accepted a millisecond after the one before: what is accepted in the same has no order. */
let accepted = Date.now();
const acceptedAt: Record<string, string> = {};
const placed = (id: string) =>
  event(
    id,
    { to: "ann" },
    {
      ce_type: "order.placed",
      [STAMP.acceptedAt]: (acceptedAt[id] ??= String((accepted += 1))),
    },
  );
const Decision = z.object({
  rules: z.array(
    z.object({ rule: z.string(), result: z.string(), reasons: z.array(z.string()).optional() }),
  ),
});
async function rulesOf(id: string) {
  const { rules } = Decision.parse(await router.decision(id));
  return Object.fromEntries(rules.map(({ rule, ...outcome }) => [rule, outcome]));
}

/** Which events went out, by which rule. */
const routed = (facts: readonly LifecycleFact[]) =>
  facts.flatMap((fact) =>
    fact.type === "notification.routed"
      ? [`${fact.summary.eventId} ${fact.summary.rule?.name}`]
      : [],
  );

/** What waits, as the scheduler publishes it: in the order of ids. */
async function parked(): Promise<InRecord[]> {
  const { rows } = await router.db.pool.query<{ headers: Record<string, string>; value: Buffer }>(
    "select headers, value from schedule.timers where held_by is not null order by id",
  );
  return rows.map(({ headers, value }) => record(headers, value));
}
const idsOf = (records: InRecord[]) => records.map(({ headers }) => headers["ce_id"]);

test("with skip, a paused rule has nothing to say, and the event's record says why", async () => {
  await pause("rule", "paused", "skip");
  const { facts } = await router.run(placed("s-1"));
  expect(routed(facts)).toEqual(["s-1 other"]);
  expect(await rulesOf("s-1")).toMatchObject({
    paused: { result: "no_match", reasons: ["paused"] },
    other: { result: "match" },
  });
  expect(await parked()).toEqual([]);
});

test("with wait, it decides after the resume, by the rule as it is then, in order, and once", async () => {
  await pause("rule", "paused", "wait");
  const { facts } = await router.run(placed("w-1"), placed("w-2"), placed("w-3"));
  expect(routed(facts)).toEqual(["w-1 other", "w-2 other", "w-3 other"]);
  await router.run(placed("w-2"));
  expect(await rulesOf("w-2")).toMatchObject({
    paused: { result: "waiting", reasons: ["paused"] },
  });
  const waiting = await parked();
  // The repeat waits, too.
  expect([...new Set(idsOf(waiting))]).toEqual(["w-1", "w-2", "w-3"]);

  await router.putRule("paused", {
    on: "order.*",
    when: 'event.id != "w-3"',
    recipients: ["event.data.to"],
    channels: ["email"],
    template: "t",
  });
  await resume("rule", "paused");
  const after = await router.run(...waiting);
  expect(routed(after.facts).slice(0, 2)).toEqual(["w-1 paused", "w-2 paused"]);
  expect(new Set(routed(after.facts)).size).toBe(2);
  // A repeat has the same ids, so it changes nothing.
  const ids = after.deliveries.map(({ id }) => id);
  const again = await router.run(...waiting);
  expect(again.deliveries.map(({ id }) => id)).toEqual(ids);
  expect(new Set(ids).size).toBe(2);
  expect(await rulesOf("w-3")).toMatchObject({
    paused: { result: "no_match" },
    other: { result: "match" },
  });
  expect(await rulesOf("w-1")).toMatchObject({ paused: { result: "match" } });
});

test("paused once more when its time comes, it waits for the new pause, or is skipped", async () => {
  await pause("rule", "paused", "wait");
  await router.run(placed("m-1"));
  const first = await parked();
  await resume("rule", "paused");
  const second = await pause("rule", "paused", "wait");
  await router.db.pool.query("truncate schedule.timers");
  expect((await router.run(...first)).deliveries).toEqual([]);
  const waiting = await parked();
  expect(waiting.map(({ headers }) => headers[STAMP.pause])).toEqual([second.id]);
  await pause("rule", "paused", "skip");
  expect((await router.run(...waiting)).deliveries).toEqual([]);
  expect(await rulesOf("m-1")).toMatchObject({
    paused: { result: "no_match", reasons: ["paused"] },
  });
});

test("what waited for 30 days is skipped", async () => {
  await pause("rule", "paused", "wait");
  await router.run(placed("g-1"));
  const waiting = await parked();
  expect((await router.run(...waiting)).deliveries).toEqual([]);
  expect(await rulesOf("g-1")).toMatchObject({
    paused: { result: "no_match", reasons: ["paused", "it waited for 30 days"] },
  });
});

test("a paused workflow starts sagas that hold, or skips rules and requests that name it", async () => {
  const send = { type: "send", name: "tell", template: "t", channels: ["email"] };
  const definition = WorkflowDefinition.parse({ steps: [send] });
  await putEntry(router.db, { tenant: "acme", kind: "workflow", name: "flow", definition });
  await router.putRule("flow", { on: "flow", recipients: ["event.data.to"], workflow: "flow" });
  const flow = (id: string) => event(id, { to: "ann" }, { ce_type: "flow" });
  await pause("workflow", "flow", "wait");
  expect((await router.run(flow("f-1"))).inputs).toMatchObject([{ type: "start" }]);
  await pause("workflow", "flow", "skip");
  expect((await router.run(flow("f-2"))).inputs).toEqual([]);
  expect(await rulesOf("f-2")).toMatchObject({ flow: { result: "no_match", reasons: ["paused"] } });
  const { revision } = await router.context.catalog.current("acme", { fresh: true });
  const request = { to: ["ann"], workflow: { name: "flow", version: 1 } };
  const stamps = { [STAMP.catalogRevision]: String(revision) };
  const { facts, inputs } = await router.run(adhoc("f-3", request, stamps));
  expect(inputs).toEqual([]);
  expect(facts).toMatchObject([
    { type: "notification.failed", error: { code: "workflow_paused" } },
  ]);
});
