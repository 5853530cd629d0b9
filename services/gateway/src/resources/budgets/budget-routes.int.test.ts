import { BudgetView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => (gateway = await startTestGateway()));
afterAll(() => gateway.close());

const put = (name: string, body: object) => gateway.call(`PUT /v1/budgets/${name}`, { body });

test("a budget is set, changed, and shows what is used and reserved of it in its present window", async () => {
  const created = await put("texts", { limit: 100, window: "month" });
  expect(created.status).toBe(201);
  const { startsAt } = BudgetView.parse(created.body);
  expect(created.body).toMatchObject({ limit: 100, window: "month", used: 0, reserved: 0 });
  await gateway.db.pool.query(
    `insert into saga.budgets (tenant, name, starts_at, used, reserved)
     values ('default', 'texts', $1, 7.5, 2), ('default', 'texts', '2020-01-01', 90, 0)`,
    [startsAt],
  );
  const changed = await put("texts", { limit: 50.25, window: "month" });
  expect(changed).toMatchObject({ status: 200, body: { limit: 50.25, used: 7.5, reserved: 2 } });
  const { body } = await gateway.call("GET /v1/budgets/texts");
  expect(body).toEqual(changed.body);
  const key = await gateway.newKey({ tenant: "stranger" });
  expect((await gateway.call("GET /v1/budgets/texts", { key })).status).toBe(404);
});

test("budgets are listed as they stand, and a deleted one is gone for its tenant alone", async () => {
  const key = await gateway.newKey({ tenant: "lister" });
  const call = (what: string, body?: object) => gateway.call(what, { key, ...(body && { body }) });
  for (const [name, window] of [["c"], ["a", "month"], ["b", "P1D"]] as const)
    await call(`PUT /v1/budgets/${name}`, { limit: 10, ...(window && { window }) });
  const { body: a } = await call("GET /v1/budgets/a");
  await gateway.db.pool.query(
    "insert into saga.budgets (tenant, name, starts_at, used, reserved) values ('lister', 'a', $1, 4, 1)",
    [a.startsAt],
  );
  const first = await call("GET /v1/budgets?limit=2");
  expect(first.body.data).toMatchObject([
    { name: "a", window: "month", used: 4, reserved: 1 },
    { name: "b", window: "P1D", used: 0, reserved: 0 },
  ]);
  const second = await call(`GET /v1/budgets?limit=2&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ data: [{ name: "c", limit: 10 }], nextCursor: null });

  expect((await gateway.call("DELETE /v1/budgets/b")).status).toBe(404);
  expect((await call("DELETE /v1/budgets/b")).status).toBe(204);
  expect((await call("DELETE /v1/budgets/b")).status).toBe(404);
  expect(
    (await call("GET /v1/budgets")).body.data.map(({ name }: { name: string }) => name),
  ).toEqual(["a", "c"]);
});

test("what cannot be is refused at its place", async () => {
  const refused = await put("texts", { limit: -1, window: "P1M", colour: "red" });
  expect(refused).toMatchObject({ status: 422, body: { code: "invalid_request" } });
  const pointers = refused.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual(["/colour", "/limit", "/window"]);
});

test("a workflow names a budget that is there, and steps that can be", async () => {
  const template = { channels: { sms: { text: "Hi" } } };
  expect((await gateway.call("PUT /v1/templates/hi", { body: template })).status).toBe(201);
  const hold = { type: "reserve", name: "hold", budget: "calls", amount: 1 };
  const few = { type: "throttle", name: "few", limit: 3, per: "P1D" };
  const tell = { type: "send", name: "tell", template: "hi", channels: ["sms"] };
  const putSteps = (...steps: object[]) =>
    gateway.call("PUT /v1/workflows/held", { body: { steps } });
  const errorsOf = async (...steps: object[]) => {
    const { status, body } = await putSteps(...steps, tell);
    return [status, body.errors?.map(({ pointer }: { pointer: string }) => pointer)];
  };
  expect(await errorsOf(hold)).toEqual([422, ["/steps/0/budget"]]);
  await put("calls", { limit: 1 });
  expect((await putSteps(hold, few, tell)).status).toBe(201);
  expect(await errorsOf({ ...hold, amount: -1 })).toEqual([422, ["/steps/0/amount"]]);
  expect(await errorsOf({ ...hold, amount: "event.data." })).toEqual([422, ["/steps/0/amount"]]);
  expect(await errorsOf({ ...few, limit: -3 })).toEqual([422, ["/steps/0/limit"]]);
  expect(await errorsOf({ ...few, per: "a day" })).toEqual([422, ["/steps/0/per"]]);
  const pause = { type: "delay", name: "pause" };
  const office = { from: "09:00", until: "18:00" };
  expect((await putSteps({ ...pause, opening: office }, tell)).status).toBe(201);
  expect(await errorsOf(pause)).toEqual([422, ["/steps/0/for"]]);
  expect(await errorsOf({ ...pause, for: "P1D", opening: office })).toEqual([
    422,
    ["/steps/0/for"],
  ]);
  expect(await errorsOf({ ...pause, for: "-PT1H" })).toEqual([422, ["/steps/0/for"]]);
  expect(await errorsOf({ ...pause, until: "2026-02-30T09:00:00Z" })).toEqual([
    422,
    ["/steps/0/until"],
  ]);
  const place = (opening: object) => errorsOf({ ...pause, opening: { ...office, ...opening } });
  expect(await place({ timezone: "Mars/Olympus" })).toEqual([422, ["/steps/0/opening/timezone"]]);
  expect(await place({ from: "9am" })).toEqual([422, ["/steps/0/opening/from"]]);
  expect(await place({ days: ["monday"] })).toEqual([422, ["/steps/0/opening/days/0"]]);
  expect(await errorsOf({ ...few, key: "[event.id]" })).toEqual([422, ["/steps/0/key"]]);
});
