import { deleteEntry, putEntry } from "@pulsecourier/catalog";
import { deriveId, sagaId, type SagaInput, WorkflowDefinition } from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { event, NOW, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => {
  router = await testRouter(await testDatabase());
});
afterAll(() => router.close());

const send = { type: "send", name: "tell", template: "t", channels: ["email"] };

async function putWorkflow(name: string, on: string) {
  const paid = { type: "wait", name: "paid", event: { on, key: "event.data.orderNo" } };
  const definition = WorkflowDefinition.parse({
    steps: [{ ...paid, within: "PT1H", otherwise: "end" }, send],
    cancelOn: [{ on: `${on}.cancelled`, key: "event.data.id", startKey: "event.data.orderNo" }],
  });
  await putEntry(router.db, { tenant: "acme", kind: "workflow", name, definition });
}

/** A saga that listens, as the orchestrator writes it; gives its notification. */
async function listen(type: string, key: string, name: string, tenant = "acme") {
  const notification = deriveId(router.secret, tenant, NOW, [name]);
  const saga = sagaId(router.secret, tenant, notification);
  const row = { tenant, type, key, saga_id: saga, notification_id: notification };
  await router.db.kysely.insertInto("saga.awaited").values(row).execute();
  return saga;
}

async function told(id: string, type: string, data: object): Promise<SagaInput[]> {
  return (await router.run(event(id, data, { ce_type: type }))).inputs;
}

test("those that listen for it are told, each once, however often the event comes", async () => {
  await putWorkflow("pay", "order.paid");
  const sagas = [
    await listen("order.paid", "A-1", "one"),
    await listen("order.paid", "A-1", "two"),
  ];
  await listen("order.paid", "B-2", "other order");
  await listen("order.paid", "A-1", "other tenant", "default");
  const inputs = await told("p-1", "order.paid", { orderNo: "A-1", sum: 7 });
  expect(inputs.map(({ sagaId: saga }) => saga).toSorted()).toEqual(sagas.toSorted());
  expect(inputs).toMatchObject(
    sagas.map(() => ({
      type: "event",
      event: { id: "p-1", source: "/shop", data: { orderNo: "A-1", sum: 7 } },
    })),
  );
  expect(await told("p-1", "order.paid", { orderNo: "A-1", sum: 7 })).toEqual(inputs);
  const cancelled = await listen("order.paid.cancelled", "A-1", "three");
  expect(await told("c-1", "order.paid.cancelled", { id: "A-1" })).toMatchObject([
    { sagaId: cancelled },
  ]);
});

test("an event is kept for those that begin after it, and no longer than an hour", async () => {
  await putWorkflow("pay", "order.paid");
  await told("k-1", "order.paid", { orderNo: "K" });
  await told("k-1", "order.paid", { orderNo: "K" });
  const kept = () =>
    router.db.kysely.selectFrom("routing.signals").select("event_id").where("key", "=", "K");
  expect(await kept().execute()).toEqual([{ event_id: "k-1" }]);
  await router.db.pool.query(
    "update routing.signals set at = at - interval '61 minutes' where key = 'K'",
  );
  await told("k-2", "order.paid", { orderNo: "K" });
  expect(await kept().execute()).toEqual([{ event_id: "k-2" }]);
});

test("what nobody listens for is kept by nobody, and asks Postgres nothing more", async () => {
  await putWorkflow("pay", "order.paid");
  const asked: string[] = [];
  const { db } = router.context;
  const query: typeof db.query = (name, ...rest) => {
    asked.push(name);
    return db.query(name, ...rest);
  };
  router.context.db = { ...db, query };
  await told("n-1", "order.viewed", { orderNo: "A-1" });
  await told("n-2", "order.paid", { orderNo: ["no key"] });
  const signals = (names: string[]) =>
    names.filter((name) => name.includes("signal") || name.includes("listening"));
  expect(asked).toContain("router-accept-events");
  expect(signals(asked)).toEqual([]);
  await told("n-3", "order.paid", { orderNo: 12 });
  expect(signals(asked)).toEqual(["router-keep-signals", "router-find-listening"]);
  router.context.db = db;
});

test("a saga keeps what it listens for when the workflow is changed or taken away", async () => {
  await putWorkflow("old", "order.returned");
  const saga = await listen("order.returned", "A-1", "returned");
  await putWorkflow("old", "order.refunded");
  await deleteEntry(router.db, { tenant: "acme", kind: "workflow", name: "old" });
  expect(await told("r-1", "order.returned", { orderNo: "A-1" })).toMatchObject([{ sagaId: saga }]);
});

test("of very many that listen each is told once, page by page", async () => {
  await putWorkflow("pay", "order.paid");
  const sagas: string[] = [];
  for (let n = 0; n < 450; n += 1) sagas.push(await listen("order.paid", "many", `many-${n}`));
  const inputs = await told("m-1", "order.paid", { orderNo: "many" });
  expect(inputs.map(({ sagaId: of }) => of)).toEqual(sagas.toSorted());
});
