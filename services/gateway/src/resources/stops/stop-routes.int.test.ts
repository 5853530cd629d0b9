import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
let acme: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  acme = await gateway.newKey({ tenant: "acme", name: "acme-operator" });
});
afterAll(() => gateway.close());

const stop = (body: object, key?: string) =>
  gateway.call("POST /v1/stops", { body: { reason: "an incident", ...body }, ...(key && { key }) });
const standing = async (key?: string) => {
  const { body } = await gateway.call("GET /v1/stops", key === undefined ? {} : { key });
  return body.data.map(({ scope }: { scope: string }) => scope);
};
const readiness = async () => (await fetch(`${gateway.url}/readyz?verbose`)).json();

test("what is stopped is listed, shown by readiness and metrics, and lifted", async () => {
  const made = await stop({ channel: "email", account: "sendgrid" });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    scope: "account",
    channel: "email",
    account: "sendgrid",
    reason: "an incident",
    by: expect.stringMatching(/^test-/),
  });
  const again = await stop({ channel: "email", account: "sendgrid", reason: "another" });
  expect(again.status).toBe(200);
  expect(again.body).toEqual(made.body);
  await stop({ channel: "email" });
  expect((await standing()).toSorted()).toEqual(["account", "channel"]);

  expect(await readiness()).toMatchObject({
    status: "warn",
    checks: {
      stops: [
        {
          status: "warn",
          output: expect.stringContaining("account sendgrid of email: an incident"),
        },
      ],
    },
  });
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('pulse_stops{scope="account",service="gateway"} 1');
  expect(metrics).toContain('pulse_stops{scope="tenant",service="gateway"} 0');

  const { body } = await gateway.call("GET /v1/stops");
  for (const { id } of body.data)
    expect((await gateway.call(`DELETE /v1/stops/${id}`)).status).toBe(204);
  expect(await standing()).toEqual([]);
  expect(await readiness()).not.toHaveProperty("checks.stops");
  expect((await gateway.call(`DELETE /v1/stops/${made.body.id}`)).status).toBe(404);
});

test("a tenant's operator stops that tenant only, and sees no other stop", async () => {
  expect((await stop({ channel: "email" }, acme)).status).toBe(403);
  expect((await stop({ tenant: "default" }, acme)).status).toBe(403);
  const { body: platform } = await stop({ channel: "sms" });
  expect((await stop({ tenant: "acme", channel: "sms" }, acme)).status).toBe(201);
  expect(await standing(acme)).toEqual(["tenant_channel"]);
  const lifted = await gateway.call(`DELETE /v1/stops/${platform.id}`, { key: acme });
  expect(lifted.status).toBe(404);
  expect((await standing()).toSorted()).toEqual(["channel", "tenant_channel"]);
});

test("only operators stop, and only what there may be", async () => {
  const admin = await gateway.newKey({ scopes: ["send", "admin"] });
  expect((await stop({ channel: "email" }, admin)).status).toBe(403);
  const unknown = await stop({ tenant: "nobody" });
  expect(unknown.status).toBe(422);
  expect(unknown.body.errors[0].pointer).toBe("/tenant");
  expect((await stop({ account: "sendgrid" })).status).toBe(422);
  expect((await gateway.call("DELETE /v1/stops/not-an-id")).status).toBe(404);
});

test("a thousand stops may stand", async () => {
  await gateway.db.pool.query(
    "insert into gateway.stops (tenant, channel, account, reason, by) select null, 'push', 'a' || n, 'r', 'b' from generate_series(1, 1000) as n",
  );
  expect((await stop({ channel: "telegram" })).body).toMatchObject({ code: "too_many_stops" });
});
