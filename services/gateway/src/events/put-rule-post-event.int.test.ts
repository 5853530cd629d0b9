import { randomUUID } from "node:crypto";
import { createCatalog } from "@pulsecourier/catalog";
import { STAMP } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { one, startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

test("an event posted right after a rule is stamped with a revision that has the rule", async () => {
  const event = () => ({ specversion: "1.0", id: randomUUID(), source: "/shop", type: "placed" });
  const headers = { "content-type": "application/cloudevents+json" };
  // Fills the cache with what is soon outdated.
  await gateway.call("POST /v1/events", { body: event(), headers });
  const template = { channels: { inapp: { title: "Hi" } } };
  await gateway.call("PUT /v1/templates/hi", { body: template });
  const rule = { on: "placed", recipients: ["'u1'"], template: "hi" };
  expect((await gateway.call("PUT /v1/rules/placed", { body: rule })).status).toBe(201);
  const { body } = await gateway.call("POST /v1/events", { body: event(), headers });
  const record = one(await gateway.recordsOf(body.id));
  const snapshot = await createCatalog({ db: gateway.db }).at(
    "default",
    Number(record.headers[STAMP.catalogRevision]),
  );
  expect(snapshot.rules.map(({ name }) => name)).toEqual(["placed"]);
});
