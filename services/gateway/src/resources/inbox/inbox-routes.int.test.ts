import { randomUUID } from "node:crypto";
import { factId, InboxPage, LifecycleFact } from "@pulsecourier/contracts";
import { insertItems, loadSecret } from "@pulsecourier/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** A recipient with items titled 1 to `count`, and their token. */
async function inboxOf(count: number) {
  const recipient = `r-${randomUUID()}`;
  const items = Array.from({ length: count }, (_, n) => ({
    tenant: "default",
    recipient,
    id: randomUUID(),
    notificationId: randomUUID(),
    title: String(n + 1),
    data: { n },
  }));
  await insertItems(gateway.db, items);
  const { body } = await gateway.call(`POST /v1/recipients/${recipient}/tokens`);
  const ids = items.map(({ id }) => id);
  return { items, ids, call: (line: string) => gateway.call(line, { key: body.token }) };
}

test("the inbox is listed newest first, page by page", async () => {
  const inbox = await inboxOf(5);
  const first = InboxPage.parse((await inbox.call("GET /v1/inbox?limit=3")).body);
  expect(first.data.map(({ title }) => title)).toEqual(["5", "4", "3"]);
  expect(first.data[0]).toMatchObject({ id: inbox.ids[4], data: { n: 4 }, readAt: null });
  expect(first.unread).toBe(5);
  const second = await inbox.call(`GET /v1/inbox?limit=3&cursor=${first.nextCursor}`);
  expect(second.body).toMatchObject({ data: [{ title: "2" }, { title: "1" }], nextCursor: null });
});

test("an item is read once, and the world is told once", async () => {
  const inbox = await inboxOf(2);
  const [item] = inbox.items;
  expect(await inbox.call(`POST /v1/inbox/${item?.id}/read`)).toMatchObject({
    status: 200,
    body: { unread: 1 },
  });
  expect(await inbox.call(`POST /v1/inbox/${item?.id}/read`)).toMatchObject({
    status: 200,
    body: { unread: 1 },
  });
  const unread = await inbox.call("GET /v1/inbox?unread=true");
  expect(unread.body.data.map(({ title }: { title: string }) => title)).toEqual(["2"]);
  await inbox.call("POST /v1/inbox/read-all");
  const secret = await loadSecret(gateway.db, "ids");
  for (const { id, notificationId } of inbox.items.toReversed()) {
    const [record, ...more] = await gateway.recordsOf(
      factId(secret, "default", id, ["delivery.read"]),
    );
    expect(more).toEqual([]);
    const fact = LifecycleFact.parse(JSON.parse(String(record?.value)));
    expect(fact).toMatchObject({
      type: "delivery.read",
      deliveryId: id,
      notificationId,
      channel: "inapp",
    });
    expect(String(record?.key)).toBe(notificationId);
  }
});

test("read-all and archive say what is left", async () => {
  const inbox = await inboxOf(3);
  expect((await inbox.call(`POST /v1/inbox/${inbox.ids[0]}/archive`)).body).toEqual({ unread: 2 });
  expect((await inbox.call("POST /v1/inbox/read-all")).body).toEqual({ read: 2, unread: 0 });
  expect((await inbox.call("GET /v1/inbox")).body.data).toHaveLength(2);
  expect((await inbox.call("GET /v1/inbox?archived=true")).body.data).toHaveLength(3);
});

test("an item of somebody else is not there, nor is a made-up id", async () => {
  const [mine, theirs] = [await inboxOf(1), await inboxOf(1)];
  for (const id of [theirs.ids[0], randomUUID(), "no-uuid"]) {
    expect((await mine.call(`POST /v1/inbox/${id}/read`)).status).toBe(404);
    expect((await mine.call(`POST /v1/inbox/${id}/archive`)).status).toBe(404);
  }
  expect((await theirs.call("GET /v1/inbox")).body.unread).toBe(1);
});

test("an API key does not open an inbox", async () => {
  expect((await gateway.call("GET /v1/inbox")).status).toBe(401);
  expect((await gateway.call("GET /v1/inbox", { key: null })).status).toBe(401);
});
