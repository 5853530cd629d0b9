import {
  acceptedAtOf,
  ADHOC_SOURCE,
  deriveId,
  LifecycleFact,
  recipientKey,
} from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
let secret: Buffer;
beforeAll(async () => {
  gateway = await startTestGateway();
  secret = await loadSecret(gateway.db, "ids");
});
afterAll(() => gateway.close());

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const query = async (text: string, values: unknown[] = []) =>
  (await gateway.db.pool.query(text, values)).rows;
const move = (id: string, sendAt: string, key?: string) =>
  gateway.call(`PATCH /v1/notifications/${id}`, {
    body: { sendAt },
    ...(key !== undefined && { key }),
  });

/** A scheduled request, with the timer and the views that router and tracker make of it. */
async function schedule(to: string[], expiresAt?: string) {
  const body = {
    to,
    content: { text: "hi" },
    sendAt: inMinutes(60),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const { body: accepted } = await gateway.call("POST /v1/notifications", { body });
  const ids: string[] = accepted.notifications.map(({ id }: { id: string }) => id);
  const { eventId } = accepted;
  const [record] = await gateway.recordsOf(eventId);
  const timer = deriveId(secret, "default", acceptedAtOf(eventId), [
    ADHOC_SOURCE,
    eventId,
    "send-at",
  ]);
  await query(
    `insert into schedule.timers (id, tenant, due_at, topic, key, headers, value) values ($1, 'default', $2, $3, $4, $5, $6)`,
    [
      timer,
      body.sendAt,
      record?.topic,
      record?.key,
      JSON.stringify(record?.headers),
      record?.value,
    ],
  );
  for (const [index, id] of ids.entries()) {
    const at = new Date().toISOString();
    const view = { id, eventId, status: "scheduled", createdAt: at, updatedAt: at, deliveries: [] };
    const told = {
      ...view,
      recipient: recipientKey(to[index] ?? ""),
      sendAt: body.sendAt,
      expiresAt,
    };
    await query(
      `insert into tracking.notifications (tenant, id, version, status, channels, view, created_at, updated_at)
       values ('default', $1, 1, 'scheduled', '{}', $2, now(), now())`,
      [id, JSON.stringify(told)],
    );
  }
  return { ids, timer, eventId };
}
/** Due times by recipients, of the timers of a request. */
async function waiting(eventId: string) {
  const rows = await query(
    "select due_at, value from schedule.timers where headers->>'ce_id' = $1 order by due_at",
    [eventId],
  );
  return rows.map(({ due_at: due, value }) => {
    const { to, sendAt } = JSON.parse(String(value));
    expect(new Date(sendAt).getTime()).toBe(due.getTime());
    return [to.join(","), due.toISOString()];
  });
}

test("one is moved, as often as wished, and the fact is published", async () => {
  const { ids, eventId } = await schedule(["ann"]);
  const [id = ""] = ids;
  const [later, sooner] = [inMinutes(90), inMinutes(5)];
  const reply = await move(id, later);
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({ id, status: "scheduled", sendAt: later });
  expect((await move(id, sooner)).status).toBe(200);
  expect(await waiting(eventId)).toEqual([["ann", sooner]]);
  const facts = (await gateway.recordsOn("lifecycle", id, 2)).map(({ value }) =>
    LifecycleFact.parse(JSON.parse(String(value))),
  );
  expect(facts).toMatchObject([
    { type: "notification.rescheduled", sendAt: later },
    { type: "notification.rescheduled", sendAt: sooner },
  ]);
});

test("of a request for three, only the one named moves; the last takes the timer along", async () => {
  const { ids, eventId } = await schedule(["ann", "bob", "cem"]);
  const [ann = "", bob = "", cem = ""] = ids;
  const [first, second, third] = [inMinutes(10), inMinutes(20), inMinutes(30)];
  await move(bob, second);
  expect((await waiting(eventId))[0]).toEqual(["bob", second]);
  expect((await waiting(eventId))[1]?.[0]).toBe("ann,cem");
  await move(ann, first);
  await move(cem, third);
  expect(await waiting(eventId)).toEqual([
    ["ann", first],
    ["bob", second],
    ["cem", third],
  ]);
  await move(bob, inMinutes(40));
  expect((await waiting(eventId)).map(([to]) => to)).toEqual(["ann", "cem", "bob"]);
});

test("too late: fired, being fired, cancelled", async () => {
  const { ids, timer } = await schedule(["ann"]);
  const [id = ""] = ids;
  const scheduler = await gateway.db.pool.connect();
  await scheduler.query("begin");
  await scheduler.query("select from schedule.timers where id = $1 for update", [timer]);
  const during = await move(id, inMinutes(90));
  expect([during.status, during.body.code]).toEqual([409, "reschedule_too_late"]);
  await scheduler.query("rollback");
  scheduler.release();
  expect((await move(id, inMinutes(90))).status).toBe(200);
  expect((await gateway.call(`POST /v1/notifications/${id}/cancel`)).status).toBe(200);
  expect((await move(id, inMinutes(90))).body.code).toBe("reschedule_too_late");
  const fired = await schedule(["bob"]);
  await query("delete from schedule.timers where id = $1", [fired.timer]);
  expect((await move(fired.ids[0] ?? "", inMinutes(90))).body.code).toBe("reschedule_too_late");
});

test("what is not routed yet is asked for again; what never was scheduled cannot be moved", async () => {
  const body = { to: "ann", content: { text: "hi" } };
  const { id } = (await gateway.call("POST /v1/notifications", { body })).body;
  const early = await move(id, inMinutes(5));
  expect([early.status, early.headers.get("retry-after")]).toEqual([503, "1"]);
  const other = await gateway.newKey({ tenant: "other" });
  expect((await move(id, inMinutes(5), other)).status).toBe(404);
});

test.each([
  ["the past", inMinutes(-60)],
  ["more than a year ahead", inMinutes(60 * 24 * 400)],
  ["after it expires", inMinutes(180)],
  ["no time", "tomorrow"],
])("a time that cannot be: %s", async (_, sendAt) => {
  const { ids, eventId } = await schedule(["ann"], inMinutes(120));
  const before = await waiting(eventId);
  const { status, body } = await move(ids[0] ?? "", sendAt);
  expect(status).toBe(422);
  expect(body.errors[0].pointer).toBe("/sendAt");
  expect(await waiting(eventId)).toEqual(before);
});
