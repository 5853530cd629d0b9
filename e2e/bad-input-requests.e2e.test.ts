import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, type Caller, createCaller, expectRefusal, type Refusal } from "./http-call.ts";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { mailsTo, sendAndEnd, untilEnd } from "./until-end.ts";

let platform: TestPlatform;
let call: Caller;
beforeAll(async () => {
  platform = await startTestPlatform();
  call = createCaller(platform.dev.gateway, platform.dev.apiKey);
});
afterAll(() => platform.close());

const SEND = "POST /v1/notifications";
const EVENTS = "POST /v1/events";
const good = { to: { email: "good@example.com" }, channels: ["email"], content: { text: "hi" } };
const event = {
  specversion: "1.0",
  id: "e-1",
  source: "/shop",
  type: "com.example.refused",
  data: { n: 1 },
};
const rule = { on: "com.example.refused", recipients: ["event.data.to"], template: "order-placed" };
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const without = (body: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
const structured = (body: unknown): Call => ({
  body,
  headers: { "content-type": "application/cloudevents+json" },
});
const invalid = (pointer: string, says: RegExp): Refusal => ({
  status: 422,
  code: "invalid_request",
  pointer,
  says,
});
const recipients = (count: number) => Array.from({ length: count }, (_, n) => `bad-${n}`);

test.each<[string, object, Refusal]>([
  ["an unknown field", { too: "u" }, invalid("/too", /unknown field/)],
  [
    "an unknown field of a recipient",
    { to: [{ mail: "a@b.example" }] },
    invalid("/to/0/mail", /unknown field/),
  ],
  [
    "an unknown field of the content",
    { content: { text: "x", titel: "y" } },
    invalid("/content/titel", /unknown field/),
  ],
  ["no recipients", { to: [] }, invalid("/to", /at least|>=1/i)],
  ["1,001 recipients", { to: recipients(1_001) }, invalid("/to", /1000|1,000/)],
  ["a recipient id that cannot be one", { to: "a b" }, invalid("/to", /letters, digits/)],
  [
    "an unknown channel",
    { channels: ["email", "fax"] },
    { status: 422, code: "unknown_channel", pointer: "/channels/1", says: /email, inapp/ },
  ],
  [
    "an unknown template",
    { content: undefined, template: "nosuch" },
    {
      status: 422,
      code: "unknown_template",
      pointer: "/template",
      says: /\\"nosuch\\"; PUT it first/,
    },
  ],
  ["template and content", { template: "order-placed" }, invalid("/template", /one of/)],
  [
    "content no channel can use",
    { content: { subject: "x" } },
    { status: 422, code: "content_unusable", pointer: "/content", says: /email needs/ },
  ],
  ["data over the limit", { data: { x: "x".repeat(65_536) } }, invalid("/data", /65536 bytes/)],
  ["sendAt in the past", { sendAt: inHours(-1) }, invalid("/sendAt", /past/)],
  ["sendAt beyond a year", { sendAt: inHours(367 * 24) }, invalid("/sendAt", /year/)],
  ["sendAt without a zone", { sendAt: "2026-12-01T09:00:00" }, invalid("/sendAt", /datetime/i)],
  [
    "expiresAt before sendAt",
    { sendAt: inHours(2), expiresAt: inHours(1) },
    invalid("/expiresAt", /after `sendAt`/),
  ],
  ["expiresAt in the past", { expiresAt: inHours(-1) }, invalid("/expiresAt", /past/)],
  [
    "a line break in the subject",
    { content: { text: "x", subject: "a\r\nBcc: b@c.example" } },
    invalid("/content/subject", /line breaks/),
  ],
])("POST a notification with %s", async (_, change, refusal) => {
  expectRefusal(await call(SEND, { body: { ...good, ...change } }), refusal);
});

test.each<[string, string, Call, Refusal]>([
  [
    "malformed JSON",
    SEND,
    { raw: '{"to": "u",\n "content": {text: 1}}' },
    { status: 400, code: "malformed_json", says: /Line 2, column 14/ },
  ],
  ["an empty body", SEND, { raw: "" }, { status: 400, code: "malformed_json", says: /empty/ }],
  ["a list for an object", SEND, { body: [good] }, invalid("", /expected object/)],
  [
    "a body of 2 MB",
    SEND,
    { body: { ...good, data: { x: "x".repeat(2_000_000) } } },
    { status: 413, code: "body_too_large", says: /1048576 bytes/ },
  ],
  [
    "a wrong content type",
    SEND,
    { body: good, headers: { "content-type": "text/plain" } },
    { status: 415, code: "unsupported_media_type", says: /application\/json/ },
  ],
  [
    "a batch of none",
    `${SEND}/batch`,
    { body: { notifications: [] } },
    invalid("/notifications", /at least|>=1/i),
  ],
  [
    "a batch of 1,001",
    `${SEND}/batch`,
    { body: { notifications: recipients(1_001) } },
    invalid("/notifications", /1000/),
  ],
  [
    "malformed JSON",
    EVENTS,
    { raw: "{", headers: { "content-type": "application/cloudevents+json" } },
    { status: 400, code: "malformed_json", says: /Line 1, column/ },
  ],
  [
    "a content type that is no CloudEvent's",
    EVENTS,
    { raw: "x", headers: { "content-type": "text/plain" } },
    { status: 415, code: "unsupported_media_type", says: /CloudEvents/ },
  ],
  [
    "a body of 2 MB",
    EVENTS,
    structured({ ...event, data: { x: "x".repeat(2_000_000) } }),
    { status: 413, code: "body_too_large", says: /1048576 bytes/ },
  ],
  [
    "data over the limit",
    EVENTS,
    structured({ ...event, data: { x: "x".repeat(65_536) } }),
    { status: 422, code: "invalid_request", pointer: "/data", says: /65536 bytes/ },
  ],
  [
    "a reserved type",
    EVENTS,
    structured({ ...event, type: "pulse.notification.requested" }),
    { status: 422, code: "reserved_event_type", says: /pulse\./ },
  ],
  [
    "a specversion of the future",
    EVENTS,
    structured({ ...event, specversion: "2.0" }),
    { status: 400, code: "malformed_event", says: /specversion/ },
  ],
])("%s: %s", async (_, line, request, refusal) => {
  expectRefusal(await call(line, request), refusal);
});

test.each(["id", "source", "type"])("a CloudEvent without %s, in every mode", async (name) => {
  const malformed = { status: 400, code: "malformed_event", says: new RegExp(`\\b${name}\\b`) };
  expectRefusal(await call(EVENTS, structured(without(event, name))), malformed);
  const { data, ...attributes } = event;
  const headers = Object.entries(without(attributes, name)).map(([key, value]) => [
    `ce-${key}`,
    String(value),
  ]);
  expectRefusal(
    await call(EVENTS, { body: data, headers: Object.fromEntries(headers) }),
    malformed,
  );
  const batch = [without(event, name), { ...event, id: randomUUID() }];
  const reply = await call(EVENTS, {
    body: batch,
    headers: { "content-type": "application/cloudevents-batch+json" },
  });
  expect(reply).toMatchObject({
    status: 202,
    body: {
      events: [
        { problem: { code: "malformed_event", detail: expect.stringContaining(name) } },
        { receipt: { offset: expect.any(String) } },
      ],
    },
  });
});

test.each<[string, string, Call, Refusal]>([
  [
    "a template that does not compile",
    "PUT /v1/templates/bad",
    { body: { channels: { inapp: { title: "{{#if x}}" } } } },
    { status: 422, code: "broken_template", pointer: "/channels/inapp/title", says: /line 1/ },
  ],
  [
    "a template for an unknown channel",
    "PUT /v1/templates/bad",
    { body: { channels: { fax: { text: "x" } } } },
    invalid("/channels/fax", /unknown field/),
  ],
  [
    "a rule with a bad condition",
    "PUT /v1/rules/bad",
    { body: { ...rule, when: "event.data.total >" } },
    { status: 422, code: "broken_rule", pointer: "/when", says: /line 1|column|position/ },
  ],
  [
    "a rule with a bad recipient",
    "PUT /v1/rules/bad",
    { body: { ...rule, recipients: ["event.data.a", "event.data["] } },
    { status: 422, code: "broken_rule", pointer: "/recipients/1", says: /line 1|column|position/ },
  ],
  [
    "a rule with a misspelt variable",
    "PUT /v1/rules/bad",
    { body: { ...rule, when: "evnt.data.total > 0.0" } },
    { status: 422, code: "broken_rule", pointer: "/when", says: /evnt/ },
  ],
  [
    "a rule with an unknown template",
    "PUT /v1/rules/bad",
    { body: { ...rule, template: "nosuch" } },
    { status: 422, code: "unknown_template", pointer: "/template", says: /nosuch/ },
  ],
  [
    "a rule with an unknown channel",
    "PUT /v1/rules/bad",
    { body: { ...rule, channels: ["fax"] } },
    { status: 422, code: "unknown_channel", pointer: "/channels/0", says: /email, inapp/ },
  ],
  [
    "a recipient with an unknown field",
    "PUT /v1/recipients/bad",
    { body: { mail: "a@b.example" } },
    invalid("/mail", /unknown field/),
  ],
  [
    "a list by an unknown channel",
    "GET /v1/notifications?channel=fax",
    {},
    { status: 400, code: "malformed_request", says: /channel/ },
  ],
])("%s", async (_, line, request, refusal) => {
  expectRefusal(await call(line, request), refusal);
});

test.each([
  "GET /v1/templates/bad",
  "DELETE /v1/templates/bad",
  "POST /v1/templates/bad/preview",
  "GET /v1/rules/bad",
  "DELETE /v1/rules/bad",
  "GET /v1/recipients/bad",
  "DELETE /v1/recipients/bad",
  `GET /v1/notifications/${randomUUID()}`,
  "GET /v1/notifications/no-id",
  `POST /v1/notifications/${randomUUID()}/cancel`,
  `DELETE /v1/api-keys/${randomUUID()}`,
  "GET /v1/dead-letters/nosuch:0:0",
  "GET /v1/nothing",
])("%s, which is not there", async (line) => {
  const body = line.startsWith("POST") ? { body: {} } : {};
  expectRefusal(await call(line, body), { status: 404, code: "not_found", says: /\w/ });
});

test("in a batch the bad one is named and the good ones arrive", async () => {
  const { body } = await call(`${SEND}/batch`, {
    body: { notifications: [good, { ...good, too: 1 }, good] },
  });
  expect(body).toMatchObject({
    results: [
      { id: expect.any(String) },
      { problem: { code: "invalid_request", errors: [{ pointer: "/notifications/1/too" }] } },
      { id: expect.any(String) },
    ],
  });
  const ids = JSON.stringify(body).match(/(?<="id":")[^"]+/g) ?? [];
  const ended = await Promise.all(ids.map((id) => untilEnd(platform.api, id)));
  expect(ended.map(({ status }) => status)).toEqual(["sent", "sent"]);
});

test("what was refused went nowhere, and a good request still arrives", async () => {
  const [view] = await sendAndEnd(platform.api, { ...good, to: { email: "after@example.com" } });
  expect(view?.status).toBe("sent");
  expect(await mailsTo(platform.dev.simulator, "after@example.com")).toBe(1);
  const all = await platform.api.get<{ data: { recipient: string; status: string }[] }>(
    "/v1/notifications?limit=100",
  );
  expect(all.data.filter(({ recipient }) => recipient.startsWith("bad-"))).toEqual([]);
  expect(new Set(all.data.map(({ status }) => status))).toEqual(new Set(["sent"]));
});
