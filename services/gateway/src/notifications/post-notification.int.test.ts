import { putEntry } from "@pulsecourier/catalog";
import { AdhocEvent, notificationId, STAMP } from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { one, startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const content = { subject: "Hello", text: "Hi" };

test("202 names the record that holds the request, and ids the router will derive too", async () => {
  const to = ["user_42", { email: "ann@example.com" }];
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const body = { to, content, channels: ["email"], data: { a: 1 }, lane: "critical" };
  const reply = await gateway.call("POST /v1/notifications", { body, headers: { traceparent } });
  expect(reply.status).toBe(202);
  const { eventId, receipt, notifications, status } = reply.body;
  expect(status).toBe("accepted");
  expect(reply.body).not.toHaveProperty("id");

  const record = one(await gateway.recordsOf(eventId));
  expect(record).toMatchObject({ topic: receipt.topic, partition: receipt.partition });
  expect(String(record.offset)).toBe(receipt.offset);
  expect(receipt.topic).toBe(gateway.names.events("critical"));
  expect(String(record.key)).toBe(`default:${eventId}`);
  expect(record.headers).toMatchObject({ ce_pulsetenant: "default", ce_source: "/pulse/api" });
  expect(record.headers["traceparent"]).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/);
  expect(record.headers["traceparent"]).not.toBe(traceparent);
  const event = AdhocEvent.parse(JSON.parse(String(record.value)));
  expect(event).toEqual({ to, content, channels: ["email"], data: { a: 1 }, lane: "critical" });

  const secret = await loadSecret(gateway.db, "ids");
  const acceptedAt = Number(record.headers[STAMP.acceptedAt]);
  const of = { tenant: "default", acceptedAt, source: "/pulse/api", eventId, rule: "" };
  expect(notifications).toEqual(
    [{ to: "user_42" }, { to: expect.stringMatching(/^inline:/) }].map(
      ({ to: recipient }, index) => ({
        id: notificationId(secret, { ...of, recipient: notifications[index].to }),
        to: recipient,
      }),
    ),
  );
});

test("a request for one recipient has an id", async () => {
  const { body } = await gateway.call("POST /v1/notifications", { body: { to: "u1", content } });
  expect(body.id).toBe(body.notifications[0].id);
});

test("a recipient named twice is notified once", async () => {
  const to = ["u1", "u2", { id: "u1", email: "other@example.com" }];
  const { body } = await gateway.call("POST /v1/notifications", { body: { to, content } });
  expect(body.notifications.map(({ to: name }: { to: string }) => name)).toEqual(["u1", "u2"]);
});

test("an address that is none is accepted; it ends its own delivery later", async () => {
  const body = { to: ["u1", { email: "not an address" }], content };
  expect((await gateway.call("POST /v1/notifications", { body })).status).toBe(202);
});

test("a template is pinned to the version that is live", async () => {
  const definition = { channels: { inapp: { title: "Hi {{name}}" } } };
  const entry = { tenant: "default", kind: "template", name: "fresh", definition } as const;
  expect(
    (await gateway.call("POST /v1/notifications", { body: { to: "u1", template: "fresh" } }))
      .status,
  ).toBe(422);
  await putEntry(gateway.db, entry);
  await putEntry(gateway.db, entry);
  const reply = await gateway.call("POST /v1/notifications", {
    body: { to: "u1", template: "fresh" },
  });
  expect(reply.status).toBe(202);
  const record = one(await gateway.recordsOf(reply.body.eventId));
  expect(JSON.parse(String(record.value)).template).toEqual({ name: "fresh", version: 2 });
});
