import { afterAll, beforeAll, expect, test } from "vitest";
import { one, startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const good = { to: "u", content: { text: "hi" } };
const post = (notifications: unknown[]) =>
  gateway.call("POST /v1/notifications/batch", { body: { notifications } });

test("one result per item, in order; a bad one harms no other", async () => {
  const many = { ...good, to: ["u1", "u2"] };
  const { status, body } = await post([
    good,
    { ...good, too: 1 },
    { to: "u", template: "gone" },
    many,
    7,
  ]);
  expect(status).toBe(202);
  const receipt = expect.objectContaining({ topic: gateway.names.events("normal") });
  expect(body.results).toMatchObject([
    { id: expect.any(String), receipt },
    {
      problem: {
        status: 422,
        code: "invalid_request",
        errors: [{ pointer: "/notifications/1/too" }],
      },
    },
    {
      problem: {
        status: 422,
        code: "unknown_template",
        errors: [{ pointer: "/notifications/2/template" }],
      },
    },
    { receipt, notifications: [{ to: "u1" }, { to: "u2" }] },
    { problem: { code: "invalid_request", errors: [{ pointer: "/notifications/4" }] } },
  ]);
  for (const at of [0, 3]) {
    const record = one(await gateway.recordsOf(body.results[at].eventId));
    expect(String(record.offset)).toBe(body.results[at].receipt.offset);
  }
});

test("1,000 items fit, 1,001 and none do not", async () => {
  const items = (count: number) => Array.from({ length: count }, () => good);
  const { body } = await post(items(1_000));
  expect(new Set(body.results.map((result: { id: string }) => result.id)).size).toBe(1_000);
  expect((await post(items(1_001))).status).toBe(422);
  expect((await post([])).status).toBe(422);
});
