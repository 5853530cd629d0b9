import { putEntry } from "@pulsecourier/catalog";
import { CategoryDefinition } from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deleteOldCounts } from "../stores/frequency-store.ts";
import { adhoc, adhocId, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
let revision: number;

beforeAll(async () => {
  router = await testRouter(await testDatabase());
  const definition = CategoryDefinition.parse({
    cap: { max: 2, per: "PT1H" },
    defaults: { email: false },
  });
  const entry = { tenant: "acme", kind: "category", name: "news", definition } as const;
  ({ revision } = await putEntry(router.db, entry));
  for (const id of ["ann", "bob"]) await router.putRecipient(id, { email: `${id}@example.com` });
});
afterAll(() => router.close());
beforeEach(async () => {
  await router.db.kysely.deleteFrom("routing.frequency").execute();
  await router.db.query("test-home", "update schedule.clock set ahead = '0'", []);
});

const travel = (hours: number) =>
  router.db.query("test-travel", "update schedule.clock set ahead = make_interval(hours => $1)", [
    hours,
  ]);
const asked = (id: string, request: Parameters<typeof adhoc>[1] = {}) =>
  adhoc(id, { to: ["ann"], channels: ["inapp"], category: "news", ...request }, stamps());
const stamps = () => ({ "ntf-catalog-revision": String(revision) });
const ask = async (...ids: string[]) => {
  const { deliveries, facts } = await router.run(...ids.map((id) => asked(id)));
  return { sent: deliveries.map(({ eventId }) => eventId), facts };
};
const rows = () => router.db.kysely.selectFrom("routing.frequency").selectAll().execute();

test("over its cap a category is suppressed and says so; after its time there is room again", async () => {
  const { sent, facts } = await ask("c1", "c2", "c3");
  expect(sent).toEqual(["c1", "c2"]);
  expect(facts[2]).toMatchObject({
    type: "notification.suppressed",
    error: { code: "frequency_capped" },
    decidedOn: { cap: { max: 2, per: "PT1H", counted: 2 } },
  });
  expect((await ask("c4")).sent).toEqual([]);
  await travel(1);
  expect((await ask("c5")).sent).toEqual(["c5"]);
});

test("a repeat counts once, in the same batch, too, and keeps its result", async () => {
  expect((await ask("d1", "d1")).sent).toEqual(["d1", "d1"]);
  expect((await ask("d1")).sent).toEqual(["d1"]);
  expect((await ask("d2", "d3")).sent).toEqual(["d2"]);
  expect((await ask("d1", "d2", "d3")).sent).toEqual(["d1", "d2"]);
  expect(await rows()).toMatchObject([
    { ids: [adhocId(router, "d1", "ann"), adhocId(router, "d2", "ann")] },
  ]);
});

test("each recipient and category has counts of its own, and what is not sent does not count", async () => {
  await ask("e1", "e2");
  const { deliveries, facts } = await router.run(
    asked("e3", { to: ["bob"] }),
    asked("e4", { category: "other" }),
    asked("e5", { to: ["bob"], channels: ["sms"] }),
    asked("e6", { to: ["bob"], channels: ["email"], content: { subject: "Hi", text: "Hi" } }),
  );
  expect(deliveries.map(({ eventId }) => eventId)).toEqual(["e3", "e4"]);
  expect(facts[3]).toMatchObject({
    error: { code: "not_opted_in" },
    decidedOn: { named: true, candidates: ["email"], defaults: { category: { email: false } } },
  });
  expect(facts[1]).not.toHaveProperty("decidedOn");
  expect((await rows()).map(({ ids }) => ids.length).toSorted((a, b) => a - b)).toEqual([1, 2]);
});

test("routers that count at once let no more through than one", async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `f${index}`);
  const sent = await Promise.all(ids.map((id) => ask(id)));
  expect(sent.flatMap((one) => one.sent)).toHaveLength(2);
});

test("counts that are over are removed, others stay", async () => {
  await ask("g1");
  expect(await deleteOldCounts(router.db, 10)).toBe(0);
  await travel(2);
  expect(await deleteOldCounts(router.db, 10)).toBe(1);
  expect(await rows()).toEqual([]);
});

test("without a cap, defaults and preferences nothing is asked of Postgres that was not asked before", async () => {
  const queries: string[] = [];
  const query: typeof router.db.query = (name, ...rest) => {
    queries.push(name);
    return router.db.query(name, ...rest);
  };
  const db = { ...router.db, query };
  const plain = asked("h1", { category: "other" });
  const found = await router.with({ db }).run(plain);
  expect(found.deliveries).toHaveLength(1);
  expect(queries).toEqual(["router-look-up-recipients"]);
});
