import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const pointersOf = async (line: string, body: unknown) => {
  const answer = await gateway.call(line, { body });
  expect(answer.status).toBe(422);
  return answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
};

test("quiet hours are kept as they were said", async () => {
  const quietHours = { from: "22:00", until: "07:00", timezone: "Europe/Berlin" };
  const body = { categories: {}, channels: { sms: true }, quietHours };
  expect((await gateway.call("PUT /v1/recipients/ann/preferences", { body })).status).toBe(200);
  expect((await gateway.call("GET /v1/recipients/ann/preferences")).body).toEqual(body);
});

test("bad quiet hours are refused, each with its place", async () => {
  const put = (quietHours: object) =>
    pointersOf("PUT /v1/recipients/ann/preferences", { quietHours });
  const night = { from: "22:00", until: "07:00" };
  expect(await put({ ...night, timezone: "Mars/Base" })).toEqual(["/quietHours/timezone"]);
  expect(await put({ ...night, from: "25:00" })).toEqual(["/quietHours/from"]);
  expect(await put({ ...night, until: "7" })).toEqual(["/quietHours/until"]);
  expect(await put({ from: "07:00", until: "07:00" })).toEqual(["/quietHours/until"]);
  expect(await put({ from: "07:00" })).toEqual(["/quietHours/until"]);
});

test("the tenant's choice of channels that wait is checked", async () => {
  const body = { quietHours: { channels: ["email", "fax"] } };
  expect(await pointersOf("PUT /v1/settings", body)).toEqual(["/quietHours/channels/1"]);
});

test("a cap that is none, or on what is required, is refused with its place", async () => {
  const put = (body: object) => pointersOf("PUT /v1/categories/news", body);
  expect(await put({ cap: { max: -1, per: "P1D" } })).toEqual(["/cap/max"]);
  expect(await put({ cap: { max: 2, per: "a day" } })).toEqual(["/cap/per"]);
  expect(await put({ cap: { max: 2, per: "P1D" }, required: true })).toEqual(["/cap"]);
  expect(await put({ defaults: { fax: false } })).toEqual(["/defaults/fax"]);
  const body = { cap: { max: 2, per: "P1D" }, defaults: { sms: false } };
  const stored = await gateway.call("PUT /v1/categories/news", { body });
  expect(stored.body.definition).toMatchObject(body);
});
