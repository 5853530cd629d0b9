import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import {
  AdhocEvent,
  AudienceView,
  MAX_MEMBERS_FILE_BYTES,
  UploadResult,
} from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
let strangerKey: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  strangerKey = await gateway.newKey({ tenant: "stranger" });
});
afterAll(() => gateway.close());

async function newAudience(body: object = {}): Promise<string> {
  const name = `a-${randomUUID()}`;
  const { status } = await gateway.call(`PUT /v1/audiences/${name}`, { body });
  expect(status).toBe(201);
  return name;
}

const add = (name: string, recipients: unknown[], key = gateway.key) =>
  gateway.call(`POST /v1/audiences/${name}/members`, { body: { recipients }, key });
const upload = (name: string, raw: string | Buffer, type = "application/x-ndjson") =>
  gateway.call(`POST /v1/audiences/${name}/upload`, { raw, headers: { "content-type": type } });

async function membersOf(name: string, query = ""): Promise<string[]> {
  const { body } = await gateway.call(`GET /v1/audiences/${name}/members${query}`);
  return body.data.map((member: { recipient: string }) => member.recipient);
}

test("an audience is made, changed, listed and deleted; its members stay through a change", async () => {
  const name = await newAudience({ description: "first" });
  expect((await add(name, ["b", "a", "b"])).body).toEqual({ added: 2, alreadyMembers: 1 });
  expect((await add(name, ["a", "c"])).body).toEqual({ added: 1, alreadyMembers: 1 });
  const changed = await gateway.call(`PUT /v1/audiences/${name}`, { body: { open: true } });
  expect(changed.status).toBe(200);
  expect(AudienceView.parse(changed.body)).toMatchObject({ name, open: true, members: 3 });
  expect(changed.body).not.toHaveProperty("description");
  const removed = await gateway.call(`DELETE /v1/audiences/${name}/members`, {
    body: { recipients: ["a", "x"] },
  });
  expect(removed.body).toEqual({ removed: 1, notMembers: 1 });
  expect(await membersOf(name)).toEqual(["b", "c"]);
  const listed = await gateway.call("GET /v1/audiences?limit=100");
  expect(listed.body.data).toContainEqual(expect.objectContaining({ name, open: true }));
  expect((await gateway.call(`DELETE /v1/audiences/${name}`)).status).toBe(204);
  expect((await gateway.call(`GET /v1/audiences/${name}`)).status).toBe(404);
  expect((await add(name, ["a"])).status).toBe(404);
  // The name may come back; the members do not.
  await gateway.call(`PUT /v1/audiences/${name}`, { body: {} });
  expect(await membersOf(name)).toEqual([]);
});

test("members are listed in pages, each once", async () => {
  const name = await newAudience();
  const ids = ["A", "B-1", "a", "b", "z"];
  await add(name, ids.toReversed());
  const first = await gateway.call(`GET /v1/audiences/${name}/members?limit=2`);
  const rest = await membersOf(name, `?limit=100&cursor=${first.body.nextCursor}`);
  expect([...first.body.data.map((one: { recipient: string }) => one.recipient), ...rest]).toEqual(
    ids,
  );
});

test("a recipient that is deleted is a member of nothing any more, in its own tenant", async () => {
  const name = await newAudience();
  await gateway.call("PUT /v1/recipients/leaving", { body: {} });
  await add(name, ["leaving", "staying"]);
  await gateway.call(`PUT /v1/audiences/${name}`, { body: {}, key: strangerKey });
  await add(name, ["leaving"], strangerKey);
  expect((await gateway.call("DELETE /v1/recipients/leaving")).status).toBe(204);
  expect(await membersOf(name)).toEqual(["staying"]);
  const others = await gateway.call(`GET /v1/audiences/${name}`, { key: strangerKey });
  expect(others.body.members).toBe(1);
});

test("another tenant's audience is not there", async () => {
  const name = await newAudience();
  const key = strangerKey;
  expect((await gateway.call(`GET /v1/audiences/${name}`, { key })).status).toBe(404);
  expect((await add(name, ["a"], key)).status).toBe(404);
  expect((await gateway.call(`DELETE /v1/audiences/${name}`, { key })).status).toBe(404);
});

test("too many members in a call, and what is no recipient id: 422 with the place", async () => {
  const name = await newAudience();
  const many = Array.from({ length: 1_001 }, (_, n) => `u-${n}`);
  expect(await add(name, many)).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/recipients" }] },
  });
  expect((await add(name, many.slice(1))).body.added).toBe(1_000);
  expect(await add(name, ["fine", "not fine"])).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/recipients/1" }] },
  });
});

test("a file's good lines are added, its bad ones told with their numbers", async () => {
  const name = await newAudience();
  await add(name, ["u-1"]);
  const lines = ['"u-1"', '{"id":"u-2"}', "", "oops", '"u-2"', '"no spaces please"', '"u-3"'];
  const { status, body } = await upload(name, lines.join("\n"));
  expect(status).toBe(200);
  expect(UploadResult.parse(body)).toEqual({
    lines: 6,
    added: 2,
    alreadyMembers: 2,
    bad: 2,
    badLines: [
      { line: 4, detail: "is not JSON" },
      { line: 6, detail: "the id may hold letters, digits and _ . @ + : -" },
    ],
  });
  const csv = await upload(name, "recipient_id,name\r\nu-3,Ann\r\nü,Bo\r\nu-4,Cy\r\n", "text/csv");
  expect(csv.body).toMatchObject({ lines: 3, added: 1, alreadyMembers: 1, bad: 1 });
  expect(await membersOf(name)).toEqual(["u-1", "u-2", "u-3", "u-4"]);
});

test("a large file goes in as it comes, and again without doubling; of its bad lines the first are told", async () => {
  const name = await newAudience();
  const file = Array.from({ length: 40_000 }, (_, n) => (n % 4 === 0 ? "?" : `"user-${n}"`));
  const first = await upload(name, file.join("\n"));
  expect(first.body).toMatchObject({ lines: 40_000, added: 30_000, bad: 10_000 });
  expect(first.body.badLines).toHaveLength(100);
  const again = await upload(name, file.join("\n"));
  expect(again.body).toMatchObject({ added: 0, alreadyMembers: 30_000 });
  expect((await gateway.call(`GET /v1/audiences/${name}`)).body.members).toBe(30_000);
});

test("a line without end takes no memory; a file of another type is 415", async () => {
  const name = await newAudience();
  const endless = Buffer.alloc(8 * 1024 * 1024, "x");
  const { body } = await upload(name, Buffer.concat([endless, Buffer.from("\nu-1\n")]), "text/csv");
  expect(body).toMatchObject({ lines: 2, added: 1, bad: 1, badLines: [{ line: 1 }] });
  expect((await upload(name, "x", "application/json")).status).toBe(415);
  expect((await upload("nobody-made-it", "x", "text/csv")).status).toBe(404);
});

test("a file over the limit is refused before it is sent", async () => {
  const name = await newAudience();
  const tooLarge = request(`${gateway.url}/v1/audiences/${name}/upload`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${gateway.key}`,
      "content-type": "text/csv",
      "content-length": MAX_MEMBERS_FILE_BYTES + 1,
    },
  });
  tooLarge.on("error", () => undefined);
  tooLarge.flushHeaders();
  const [response] = await once(tooLarge, "response");
  expect(response.statusCode).toBe(413);
  tooLarge.destroy();
});

test("recipients subscribe themselves to what is open, and to nothing else", async () => {
  const open = await newAudience({ open: true });
  const closed = await newAudience();
  const { body } = await gateway.call("POST /v1/recipients/ann/tokens");
  const topic = (line: string, key = body.token) => gateway.call(line, { key });
  expect((await topic(`POST /v1/topics/${open}/subscribers`)).status).toBe(201);
  const again = await topic(`POST /v1/topics/${open}/subscribers`);
  expect(again).toMatchObject({ status: 200, body: { topic: open, recipient: "ann" } });
  expect(await membersOf(open)).toEqual(["ann"]);
  expect((await topic(`POST /v1/topics/${closed}/subscribers`)).status).toBe(404);
  expect((await topic(`POST /v1/topics/${open}/subscribers`, gateway.key)).status).toBe(401);
  expect((await topic(`DELETE /v1/topics/${open}/subscribers`)).status).toBe(204);
  expect(await membersOf(open)).toEqual([]);
});

test("an audience beside recipients: one record, an id for each fan-out; an unknown one is 422", async () => {
  const name = await newAudience();
  const to = ["u-1", { audience: name }];
  const content = { text: "hi" };
  const { status, body } = await gateway.call("POST /v1/notifications", { body: { to, content } });
  expect(status).toBe(202);
  expect(body).not.toHaveProperty("id");
  expect(body).toMatchObject({ notifications: [{ to: "u-1" }], fanouts: [{ audience: name }] });
  const [record] = await gateway.recordsOf(body.eventId);
  expect(AdhocEvent.parse(JSON.parse(String(record?.value)))).toMatchObject({
    to: ["u-1"],
    audiences: [name],
  });
  const [fanout] = body.fanouts;
  const before = await gateway.call(`GET /v1/fanouts/${fanout.id}`);
  expect(before.body).toMatchObject({ id: fanout.id, status: "accepted", expanded: 0 });
  const key = strangerKey;
  expect((await gateway.call(`GET /v1/fanouts/${fanout.id}`, { key })).status).toBe(404);
  expect((await gateway.call(`POST /v1/fanouts/${fanout.id}/cancel`, { key })).status).toBe(404);
  const cancelled = await gateway.call(`POST /v1/fanouts/${fanout.id}/cancel`);
  expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });

  const unknown = { to: [{ audience: name }, { audience: "gone" }], content };
  expect(await gateway.call("POST /v1/notifications", { body: unknown })).toMatchObject({
    status: 422,
    body: { code: "unknown_audience", errors: [{ pointer: "/to/1/audience" }] },
  });
  const notifications = [unknown, { to: { audience: name }, content }];
  const batch = await gateway.call("POST /v1/notifications/batch", { body: { notifications } });
  expect(batch.body.results).toMatchObject([
    { problem: { errors: [{ pointer: "/notifications/0/to/1/audience" }] } },
    { notifications: [], fanouts: [{ audience: name }] },
  ]);
});
