import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  const channels = { email: { subject: "s", text: "t" } };
  await gateway.call("PUT /v1/templates/t", { body: { channels } });
  const rule = { on: "a", recipients: ['"ann"'], template: "t" };
  await gateway.call("PUT /v1/rules/r", { body: rule });
  const steps = [{ type: "send", name: "tell", template: "t", channels: ["email"] }];
  await gateway.call("PUT /v1/workflows/w", { body: { steps } });
});
afterAll(() => gateway.close());

const metric = async (kind: string) => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return new RegExp(`pulse_pauses\\{kind="${kind}",service="gateway"\\} (\\d+)`).exec(text)?.[1];
};

test.for(["rules/r", "workflows/w"])("%s is paused, shown, and resumed", async (path) => {
  const kind = path.startsWith("rules") ? "rule" : "workflow";
  const paused = await gateway.call(`POST /v1/${path}/pause`, { body: { events: "wait" } });
  expect(paused).toMatchObject({ status: 200, body: { events: "wait", by: expect.any(String) } });
  const again = await gateway.call(`POST /v1/${path}/pause`, { body: { events: "wait" } });
  expect(again.body).toEqual(paused.body);
  expect((await gateway.call(`GET /v1/${path}`)).body.paused).toEqual(paused.body);
  expect(await metric(kind)).toBe("1");
  const skip = await gateway.call(`POST /v1/${path}/pause`, { body: { events: "skip" } });
  expect(skip.body.events).toBe("skip");
  for (let twice = 0; twice < 2; twice += 1)
    expect((await gateway.call(`POST /v1/${path}/resume`)).status).toBe(204);
  expect((await gateway.call(`GET /v1/${path}`)).body).not.toHaveProperty("paused");
  expect(await metric(kind)).toBe("0");
});

test("only operators of the tenant pause, only what is there, and only in a known way", async () => {
  const body = { events: "wait" };
  const acme = await gateway.newKey({ tenant: "acme", name: "acme" });
  expect((await gateway.call("POST /v1/rules/r/pause", { body, key: acme })).status).toBe(404);
  expect((await gateway.call("POST /v1/rules/r/resume", { key: acme })).status).toBe(404);
  const admin = await gateway.newKey({ scopes: ["send", "admin"] });
  expect((await gateway.call("POST /v1/rules/r/pause", { body, key: admin })).status).toBe(403);
  expect((await gateway.call("POST /v1/rules/none/pause", { body })).status).toBe(404);
  const wrong = await gateway.call("POST /v1/rules/r/pause", { body: { events: "later" } });
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors[0].pointer).toBe("/events");
});
