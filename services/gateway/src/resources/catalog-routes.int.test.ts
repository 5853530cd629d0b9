import { CategoryView, PreviewView, RuleView, TemplateView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
let strangerKey: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  strangerKey = await gateway.newKey({ tenant: "stranger" });
});
afterAll(() => gateway.close());

const template = {
  channels: {
    email: { subject: "Order {{orderNo}}", html: "<p>{{recipient.name}}: {{items.0.name}}</p>" },
    inapp: { title: "Order {{orderNo}}" },
  },
  locales: { de: { channels: { inapp: { title: "Bestellung {{orderNo}}" } } } },
};
const put = (name: string, body: unknown) => gateway.call(`PUT /v1/templates/${name}`, { body });
const revision = async () =>
  (
    await gateway.db.kysely
      .selectFrom("catalog.revisions")
      .selectAll()
      .where("tenant", "=", "default")
      .execute()
  )[0]?.revision;

test("every change of a template is a new version; an equal PUT is not", async () => {
  const first = await put("versions", template);
  expect(first.status).toBe(201);
  expect(TemplateView.parse(first.body)).toMatchObject({
    name: "versions",
    version: 1,
    definition: template,
  });
  const before = await revision();
  expect(await put("versions", template)).toMatchObject({ status: 200, body: { version: 1 } });
  expect(await revision()).toBe(before);
  const changed = { channels: { inapp: { title: "New" } } };
  expect(await put("versions", changed)).toMatchObject({ status: 201, body: { version: 2 } });
  expect((await gateway.call("GET /v1/templates/versions")).body).toMatchObject({
    version: 2,
    definition: changed,
  });
  const old = await gateway.call("GET /v1/templates/versions?version=1");
  expect(old.body).toMatchObject({ version: 1, definition: template });
  expect((await gateway.call("GET /v1/templates/versions?version=3")).status).toBe(404);
  expect((await gateway.call("GET /v1/templates/versions?version=0")).status).toBe(400);
});

test("a deleted template is gone, and its versions count on", async () => {
  await put("gone", template);
  expect((await gateway.call("DELETE /v1/templates/gone")).status).toBe(204);
  expect((await gateway.call("GET /v1/templates/gone")).status).toBe(404);
  expect((await gateway.call("DELETE /v1/templates/gone")).status).toBe(404);
  expect((await put("gone", template)).body.version).toBe(2);
});

test("a broken template is 422 with each place", async () => {
  const broken = {
    channels: {
      email: { subject: "{{#if a}}", html: "ok\n{{nosuch helper}}" },
      inapp: { title: "{{> missing}}" },
    },
  };
  const { status, body } = await put("broken", broken);
  expect(status).toBe(422);
  expect(body.code).toBe("broken_template");
  const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers).toEqual(
    expect.arrayContaining([
      "/channels/email/subject",
      "/channels/email/html",
      "/channels/inapp/title",
    ]),
  );
  const place = body.errors.find(
    ({ pointer }: { pointer: string }) => pointer === "/channels/email/html",
  );
  expect(place.detail).toMatch(/line 2, column \d+/);
  expect((await gateway.call("GET /v1/templates/broken")).status).toBe(404);
});

test("unknown channels and fields of a template are refused with their pointer", async () => {
  const fax = await put("fields", { channels: { fax: { text: "x" }, inapp: { title: "y" } } });
  expect(fax).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channels/fax" }] } });
  const subjekt = await put("fields", { channels: { email: { subjekt: "x", subject: "y" } } });
  expect(subjekt.body.errors).toMatchObject([{ pointer: "/channels/email/subjekt" }]);
});

test("a layout must exist; an equal PUT takes up a changed one", async () => {
  const page = { channels: { inapp: { title: "x" } }, layout: "frame" };
  expect((await put("page", page)).body.errors).toMatchObject([{ pointer: "/layout" }]);
  await put("frame", { channels: { email: { subject: "s", html: "<main>{{{body}}}</main>" } } });
  expect((await put("page", page)).body.version).toBe(1);
  expect((await put("page", page)).body.version).toBe(1);
  await put("frame", { channels: { email: { subject: "s", html: "<b>{{{body}}}</b>" } } });
  expect((await put("page", page)).body.version).toBe(2);
});

test("a preview shows what recipients would get, per channel and locale", async () => {
  await put("preview", template);
  const data = { orderNo: "A-17", items: [{ name: "Tea & pot" }] };
  const body = { data, recipient: { name: "Ann" }, locale: "de-AT" };
  const answer = await gateway.call("POST /v1/templates/preview/preview", { body });
  expect(answer.status).toBe(200);
  const view = PreviewView.parse(answer.body);
  expect(view.channels.email?.content).toMatchObject({
    subject: "Order A-17",
    html: "<p>Ann: Tea &amp; pot</p>",
    text: "Ann: Tea & pot",
  });
  expect(view.channels.inapp).toEqual({ locale: "de", content: { title: "Bestellung A-17" } });
  expect(view.requiredPaths).toEqual(["items.0.name", "orderNo", "recipient.name"]);
});

test("a preview counts a text message's segments, and refuses more than ten", async () => {
  await put("text", { channels: { sms: { text: "Order {{no}} €" } } });
  const preview = (no: string) =>
    gateway.call("POST /v1/templates/text/preview", { body: { data: { no } } });
  const short = PreviewView.parse((await preview("A-17")).body);
  expect(short.channels.sms?.usage).toEqual([{ unit: "GSM-7 segments", used: 1, limit: 10 }]);
  const emoji = PreviewView.parse((await preview(`${"A".repeat(70)}👋`)).body);
  expect(emoji.channels.sms?.usage).toEqual([{ unit: "UCS-2 segments", used: 2, limit: 10 }]);
  const long = await preview("A".repeat(1_530));
  expect(long.status).toBe(422);
  expect(long.body.errors).toEqual([
    { pointer: "/channels/sms", detail: "takes 11 GSM-7 segments, the limit is 10" },
  ]);
});

test("a preview refuses what no sender would send, whatever the channel", async () => {
  const channels = {
    push: { title: "Hi", data: "[1]" },
    webhook: { payload: "{ {{text}} }" },
    whatsapp: { template: "order", language: "en", parameters: '[""]' },
    slack: { text: "Hi", blocks: "{}" },
    telegram: { text: "<b>{{truncate text 5000}}</b>" },
    inapp: { title: "{{truncate text 40}}" },
  };
  await put("unfit", { channels });
  const answer = await gateway.call("POST /v1/templates/unfit/preview", {
    body: { data: { text: "a".repeat(6_000) } },
  });
  expect(answer.status).toBe(422);
  const problems: { pointer: string; detail: string }[] = answer.body.errors;
  const said = Object.fromEntries(problems.map(({ pointer, detail }) => [pointer, detail]));
  expect(said).toMatchObject({
    "/channels/push/data": "is not the JSON of an object",
    "/data": "webhook: webhook.payload: the result is not JSON",
    "/channels/whatsapp/parameters": "value 1 must not be empty",
    "/channels/telegram": "takes 5000 characters, the limit is 4096",
  });
  expect(Object.keys(said).toSorted()).toEqual([
    "/channels/push/data",
    "/channels/slack/blocks",
    "/channels/telegram",
    "/channels/whatsapp/parameters",
    "/data",
  ]);
});

test("a value the preview lacks is named, and so is one that would forge a header", async () => {
  await put("lacks", template);
  const lacking = await gateway.call("POST /v1/templates/lacks/preview", {
    body: { data: { orderNo: "A-17", items: [] }, channel: "email" },
  });
  expect(lacking).toMatchObject({ status: 422, body: { code: "invalid_request" } });
  expect(lacking.body.errors[0].pointer).toMatch(/^\/(recipient\/name|data\/items\/0)/);
  const nothing = await gateway.call("POST /v1/templates/lacks/preview", {
    body: { channel: "inapp" },
  });
  expect(nothing.body.errors).toMatchObject([{ pointer: "/data/orderNo" }]);
  const forged = await gateway.call("POST /v1/templates/lacks/preview", {
    body: {
      data: { orderNo: "A\r\nBcc: all@example.com", items: [{ name: "x" }] },
      recipient: { name: "Ann" },
    },
  });
  expect(forged.status).toBe(422);
  expect(forged.body.errors[0].detail).toMatch(/line break|control/);
  expect((await gateway.call("POST /v1/templates/nosuch/preview", { body: {} })).status).toBe(404);
});

test("lists go on from a cursor, and refuse one that is not theirs", async () => {
  for (const name of ["list-a", "list-b", "list-c"]) {
    await gateway.call(`PUT /v1/categories/${name}`, { body: {} });
  }
  const first = await gateway.call("GET /v1/categories?limit=2");
  expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(["list-a", "list-b"]);
  const second = await gateway.call(`GET /v1/categories?limit=2&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ data: [{ name: "list-c" }], nextCursor: null });
  const elsewhere = await gateway.call(`GET /v1/templates?cursor=${first.body.nextCursor}`);
  expect(elsewhere).toMatchObject({ status: 400, body: { code: "malformed_request" } });
  expect((await gateway.call("GET /v1/categories?limit=0")).status).toBe(400);
  expect((await gateway.call("GET /v1/categories?cursor=%00")).status).toBe(400);
});

test("a category keeps its policy, defaults filled in", async () => {
  const { status, body } = await gateway.call("PUT /v1/categories/alerts", {
    body: { required: true },
  });
  expect(status).toBe(201);
  const definition = {
    onUnknown: "at_least_once",
    required: true,
    paidChannels: false,
    optOut: false,
  };
  expect(CategoryView.parse(body).definition).toEqual(definition);
  const again = await gateway.call("PUT /v1/categories/alerts", {
    body: { required: true, optOut: false },
  });
  expect(again).toMatchObject({ status: 200, body: { version: 1 } });
});

const rule = {
  on: "com.example.order.*",
  recipients: ["event.data.customer"],
  template: "for-rules",
};

test("a rule needs a template and expressions that compile", async () => {
  const early = await gateway.call("PUT /v1/rules/early", { body: rule });
  expect(early).toMatchObject({
    status: 422,
    body: { code: "unknown_template", errors: [{ pointer: "/template" }] },
  });
  await put("for-rules", template);
  const stored = await gateway.call("PUT /v1/rules/early", { body: rule });
  expect(stored.status).toBe(201);
  expect(RuleView.parse(stored.body)).toMatchObject({ version: 1, definition: rule });
  const bad = {
    ...rule,
    when: "event.data.total >\n> 1",
    recipients: ["event.data.customer", "event..x"],
  };
  const refused = await gateway.call("PUT /v1/rules/early", { body: bad });
  expect(refused).toMatchObject({ status: 422, body: { code: "broken_rule" } });
  expect(refused.body.errors).toMatchObject([{ pointer: "/when" }, { pointer: "/recipients/1" }]);
  expect(refused.body.errors[0].detail).toMatch(/line 2, column \d+/);
  expect((await gateway.call("GET /v1/rules/early")).body.version).toBe(1);
});

test("a rule with an unknown channel or field is refused", async () => {
  await put("for-rules", template);
  const fax = await gateway.call("PUT /v1/rules/r", { body: { ...rule, channels: ["fax"] } });
  expect(fax).toMatchObject({
    status: 422,
    body: { code: "unknown_channel", errors: [{ pointer: "/channels/0" }] },
  });
  const extra = await gateway.call("PUT /v1/rules/r", { body: { ...rule, priority: 1 } });
  expect(extra.body.errors).toMatchObject([{ pointer: "/priority" }]);
});

test("another tenant has none of it, and may use the same names", async () => {
  const key = strangerKey;
  await put("mine", template);
  expect((await gateway.call("GET /v1/templates/mine", { key })).status).toBe(404);
  expect((await gateway.call("GET /v1/templates/mine?version=1", { key })).status).toBe(404);
  expect((await gateway.call("DELETE /v1/templates/mine", { key })).status).toBe(404);
  expect((await gateway.call("POST /v1/templates/mine/preview", { key, body: {} })).status).toBe(
    404,
  );
  const body = { ...rule, template: "mine" };
  expect((await gateway.call("PUT /v1/rules/theirs", { key, body })).body.code).toBe(
    "unknown_template",
  );
  expect((await gateway.call("GET /v1/templates", { key })).body.data).toEqual([]);
  expect((await gateway.call("PUT /v1/templates/mine", { key, body: template })).body.version).toBe(
    1,
  );
});
