import { putEntry } from "@pulsecourier/catalog";
import {
  ADHOC_SOURCE,
  deliveryId,
  notificationId,
  sagaId,
  type SagaInput,
  STAMP,
  useId,
  WAVE_SOURCE,
  WAVE_TYPE,
  type WaveRequest,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adhoc, event, NOW, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;

beforeAll(async () => {
  router = await testRouter(await testDatabase());
  await router.putRecipient("ann", { email: "ann@example.com" }, { channels: { sms: false } });
});
afterAll(() => router.close());

const content = { subject: "Hi", text: "Hello" };
const first = { until: "read", within: "PT10M" } as const;
const stamps = { [STAMP.catalogRevision]: "0" };

function idOf(eventId: string, recipient: string): string {
  const of = { tenant: "acme", acceptedAt: NOW - 1_000, source: ADHOC_SOURCE, rule: "" };
  return notificationId(router.secret, { ...of, eventId, recipient });
}

/** The one saga a request for ann starts. */
async function start(eventId: string, request: object = {}) {
  const asked = { to: ["ann"], content, channels: ["email" as const, "sms" as const], first };
  const { inputs, out } = await router.run(adhoc(eventId, { ...asked, ...request }, stamps));
  const [input] = inputs;
  if (input?.type !== "start" || out.length !== 1) throw new Error("no saga was started");
  return input;
}

/** What the orchestrator asks for. */
function waveOf(started: Start, channel: "email" | "sms"): WaveRequest {
  const { sagaId: saga, notificationId: id, request } = started;
  const wave = channel === "email" ? 0 : 1;
  return { sagaId: saga, notificationId: id, step: "send", wave, channels: [channel], request };
}

/** The record it asks by. */
function waveEvent(asked: WaveRequest, revision: number) {
  return event(`${asked.sagaId}:${asked.wave}`, asked, {
    ce_type: WAVE_TYPE,
    ce_source: WAVE_SOURCE,
    [STAMP.acceptedAt]: String(NOW - 1_000),
    [STAMP.catalogRevision]: String(revision),
  });
}

const wave = (started: Start, channel: "email" | "sms") => waveEvent(waveOf(started, channel), 0);
type Start = Extract<SagaInput, { type: "start" }>;

test("channels to be tried in turn start a saga for each recipient, and nothing else", async () => {
  const started = await start("f1");
  const id = idOf("f1", "ann");
  const saga = sagaId(router.secret, "acme", id);
  expect(started).toMatchObject({ sagaId: saga, notificationId: id, tenant: "acme" });
  expect(started.request).toMatchObject({
    recipient: "ann",
    content,
    summary: { recipient: "ann", eventId: "f1", saga, channels: ["email", "sms"] },
  });
  expect(started.definition.steps).toMatchObject([{ strategy: "first", ...first }]);
  expect(await start("f1")).toEqual(started);
});

test("a single channel has nothing to fall back on and takes the usual way", async () => {
  const asked = { to: ["ann"], content, channels: ["email" as const], first };
  const { inputs, deliveries } = await router.run(adhoc("f2", asked));
  expect(inputs).toEqual([]);
  expect(deliveries).toHaveLength(1);
});

test("a wave becomes deliveries that know their saga, a fact, and the answer", async () => {
  const started = await start("f3");
  const { deliveries, facts, inputs } = await router.run(wave(started, "email"));
  const id = deliveryId(router.secret, "acme", started.notificationId, "email");
  expect(deliveries).toMatchObject([
    {
      id,
      notificationId: started.notificationId,
      eventId: "f3",
      saga: started.sagaId,
      address: "ann@example.com",
      content: { text: "Hello" },
    },
  ]);
  expect(facts).toMatchObject([
    { type: "notification.routed", step: "send", wave: 0, summary: { saga: started.sagaId } },
  ]);
  expect(inputs).toMatchObject([
    { type: "routed", wave: 0, deliveries: [{ id, channel: "email" }] },
  ]);
  const again = await router.run(wave(started, "email"));
  expect(again.inputs).toEqual(inputs);
  expect(again.facts).toMatchObject([{ id: facts[0]?.id }]);
});

test("policy is looked at when it is the channel's turn", async () => {
  const started = await start("f4");
  const { deliveries, facts, inputs } = await router.run(wave(started, "sms"));
  const skipped = [{ channel: "sms", error: { code: "opted_out" } }];
  expect(deliveries).toEqual([]);
  expect(facts).toMatchObject([{ type: "notification.routed", wave: 1, skipped }]);
  expect(inputs).toMatchObject([{ type: "routed", deliveries: [], skipped }]);
});

test("a wave that is cancelled or expired, or whose content is too large, ends its saga", async () => {
  const cancelled = await start("f5");
  await router.db.pool.query(
    "insert into ledger.tombstones (notification_id, tenant) values ($1, 'acme')",
    [cancelled.notificationId],
  );
  const late = await start("f6", { expiresAt: new Date(NOW + 1).toISOString() });
  const ends = [];
  ends.push(await router.run(wave(cancelled, "email")));
  router.clock.now = NOW + 1;
  ends.push(await router.run(wave(late, "email")));
  for (const { deliveries, facts } of ends) expect([deliveries, facts]).toEqual([[], []]);
  const outcomes = ends.map(
    ({ inputs: [input] }) => input?.type === "routed" && input.end?.outcome,
  );
  expect(outcomes).toEqual(["cancelled", "expired"]);
});

test("a correction is sent although its notification is cancelled, under an id and words of its own", async () => {
  const started = await start("f8", { expiresAt: new Date(NOW + 10).toISOString() });
  const { notificationId: id } = started;
  await router.db.pool.query(
    "insert into ledger.tombstones (notification_id, tenant) values ($1, 'acme')",
    [id],
  );
  const of = deliveryId(router.secret, "acme", id, "email");
  const asked = {
    ...waveOf(started, "email"),
    wave: 100,
    uses: { email: 50 },
    correction: { of, content: { subject: "No", text: "Not after all" } },
  };
  router.clock.now = NOW + 10;
  const { deliveries, facts, inputs } = await router.run(waveEvent(asked, 0));
  const own = useId(router.secret, "acme", id, { channel: "email", use: 50 });
  expect(deliveries).toMatchObject([
    { id: own, correction: { of }, content: { text: "Not after all" } },
  ]);
  expect(deliveries[0]).not.toHaveProperty("expiresAt");
  expect(facts).toMatchObject([{ type: "notification.routed", corrects: of }]);
  expect(inputs).toMatchObject([{ type: "routed", wave: 100, deliveries: [{ id: own }] }]);
});

test("rules have no say in a wave, and nobody else may ask for one", async () => {
  const started = await start("f7");
  const count = () => router.db.kysely.selectFrom("routing.events").select("event_id").execute();
  const before = await count();
  await router.run(wave(started, "email"));
  expect(await count()).toEqual(before);
  const forged = event("x", {}, { ce_type: WAVE_TYPE, ce_source: "/shop" });
  expect((await router.run(forged)).deadLetters).toHaveLength(1);
});

test("a rule may have its channels tried in turn, or name a workflow, whose templates are then pinned", async () => {
  const template = { channels: { email: { subject: "s", text: "t" }, inapp: { title: "t" } } };
  await router.putTemplate("t", template);
  const channels = ["inapp" as const, "email" as const];
  const common = { on: "rule.*", recipients: ['"ann"'] };
  await router.putRule("turn", { ...common, channels, strategy: "first", template: "t" });
  await putEntry(router.db, {
    tenant: "acme",
    kind: "workflow",
    name: "steps",
    definition: WorkflowDefinition.parse({
      steps: [{ type: "send", name: "tell", template: "t", channels: ["email"] }],
      category: "orders",
    }),
  });
  await router.putRule("steps", { ...common, workflow: "steps" });
  const { inputs } = await router.run(event("r1", { total: 1 }, { ce_type: "rule.two" }));
  expect(inputs).toMatchObject([
    {
      request: {
        summary: { category: "orders", workflow: { name: "steps", version: 1 } },
        templates: { t: 1 },
      },
    },
    { definition: { steps: [{ channels, strategy: "first", until: "sent", within: "PT10M" }] } },
  ]);
  const [workflow] = inputs;
  if (workflow?.type !== "start") throw new Error("no saga was started");
  // As the orchestrator asks for the step.
  await router.putTemplate("t", { ...template, category: "changed" });
  const asked = { ...waveOf(workflow, "email"), step: "tell", template: { name: "t", version: 1 } };
  const { deliveries } = await router.run(waveEvent(asked, workflow.request.catalogRevision));
  expect(deliveries).toMatchObject([{ template: { name: "t", version: 1 }, category: "orders" }]);
});
