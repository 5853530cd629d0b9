import { Writable } from "node:stream";
import { createConsumer, createKafka, createProducer } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createCaller } from "./http-call.ts";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { sendAndEnd } from "./until-end.ts";

const DATABASE_PASSWORD = "pg-5ecret-password";
const ADDRESSES = {
  known: "ada.lovelace@hidden.example",
  inline: "inline.person@hidden.example",
  wide: "jörg.müller@versteckt.example",
  local: "nobody@hidden-intranet",
  broken: "broken.hidden.address",
  injected: "injected.person@hidden.example\r\nBcc: second.person@hidden.example",
  refused: "refused.person@hidden.example",
  smtp: "rejected.person@hidden.example",
  kafka: "kafka.person@hidden.example",
  phone: "+4915199887766",
};
const CODE = "one-time-code-90210";

let platform: TestPlatform;
let closing: Promise<void> | undefined;
const close = () => (closing ??= platform.close());
const secrets: string[] = [];
const output: string[] = [];
const facts: string[] = [];
const statuses = new Set<string>();

beforeAll(async () => {
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      output.push(String(chunk));
      done();
    },
  });
  const options = { logLevel: "debug", output: sink, databasePassword: DATABASE_PASSWORD };
  platform = await startTestPlatform(options);
  const { apiKey, sampleApiKey } = platform.dev;
  secrets.push(...Object.values(ADDRESSES).flatMap((text) => text.split("\r\nBcc: ")));
  secrets.push(CODE, apiKey, sampleApiKey, DATABASE_PASSWORD, "SG.simulator");
  await useEverything();
  await misuse();
  await readFacts();
}, 90_000);
// The last test has closed it, if all went well.
afterAll(() => close());

async function simulate(provider: string, behaviour: object): Promise<void> {
  const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/${provider}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  expect(response.status).toBe(200);
}

/** Sends that go well and sends that fail in every way a sender tells of. */
async function useEverything(): Promise<void> {
  const { api } = platform;
  const { known, phone, refused, smtp, ...inline } = ADDRESSES;
  await api.put("/v1/recipients/ada", { email: known, phone });
  const content = { subject: "Your code", text: CODE };
  const mail = { channels: ["email"], content };
  const send = async (request: object) => {
    for (const { status } of await sendAndEnd(api, request)) statuses.add(status);
  };
  const to = ["ada", ...Object.values(inline).map((email) => ({ email })), { phone }];
  await send({ ...mail, to, data: { code: CODE } });
  await send({ to: "ada", channels: ["inapp"], content: { title: CODE } });
  const body = { errors: [{ message: `${refused} is no good, nor is ${phone}` }] };
  await simulate("sendgrid", { next: [{ status: 400, body }] });
  await send({ ...mail, to: { email: refused } });
  const away = { status: 503, body: { errors: [{ message: `cannot reach ${smtp} now` }] } };
  await simulate("sendgrid", { next: [away] });
  await simulate("smtp", { next: [{ status: 550, body: `5.1.1 <${smtp}> user unknown` }] });
  await send({ ...mail, to: { email: smtp } });
}

/** What services are tempted to quote when they refuse it. */
async function misuse(): Promise<void> {
  const { api, dev, topicPrefix } = platform;
  const wrongKey = `${dev.apiKey.slice(0, -4)}0000`;
  const { token } = await api.post<{ token: string }>("/v1/recipients/ada/tokens");
  secrets.push(wrongKey, token, token.slice(0, -3));
  const call = createCaller(dev.gateway, dev.apiKey);
  const line = "POST /v1/notifications";
  await call(line, { raw: `{"to": {"email": "${ADDRESSES.inline}"` });
  await call(line, { body: { to: { email: ADDRESSES.inline, oops: CODE } } });
  await call(line, { key: wrongKey, body: {} });
  await call(`GET /v1/inbox?limit=${CODE}`, { key: token.slice(0, -3) });
  expect((await call("GET /v1/inbox", { key: token })).status).toBe(200);
  await greet(token);
  await greet(token.slice(0, -3));
  await api.put("/v1/rules/quoting", {
    on: "com.example.quoted",
    when: "int(event.data.email) > 0",
    recipients: ["event.data.email"],
    template: "order-placed",
  });
  const data = { email: ADDRESSES.kafka };
  const event = { specversion: "1.0", id: "q", source: "/q", type: "com.example.quoted", data };
  await api.post("/v1/events", event);
  const logger = createLogger({ service: "upstream", level: "silent" });
  const kafka = createKafka({ brokers: dev.kafka.split(","), clientId: "upstream", logger });
  const producer = await createProducer({ kafka });
  const topic = `${topicPrefix}.events.normal.v1`;
  const headers = { ce_specversion: "1.0", ce_pulsetenant: "default" };
  for (const value of [`{"email":"${ADDRESSES.kafka}"`, JSON.stringify(data)]) {
    await producer.send([{ topic, key: ADDRESSES.kafka, value, headers }]);
  }
  await producer.close();
}

async function greet(token: string): Promise<void> {
  const socket = new WebSocket(platform.dev.realtime);
  await new Promise((resolve) => socket.on("open", resolve));
  const answered = new Promise((resolve) => socket.on("message", resolve).on("close", resolve));
  socket.send(JSON.stringify({ type: "auth", token }));
  await answered;
  socket.terminate();
}

/** Everything on the public topic, headers and keys too. */
async function readFacts(): Promise<void> {
  const logger = createLogger({ service: "public", level: "silent" });
  const consumer = createConsumer({
    kafka: createKafka({ brokers: platform.dev.kafka.split(","), clientId: "public", logger }),
    group: `${platform.topicPrefix}.public`,
    topics: [`${platform.topicPrefix}.lifecycle.v1`],
    work: {
      kind: "batch",
      maxRecords: 1_000,
      handle: async (records) => {
        for (const { key, value, headers } of records) {
          facts.push(`${String(key)} ${String(value)} ${JSON.stringify(headers)}`);
        }
      },
    },
    logger,
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  await eventually(() => expect(facts.join()).toContain("user unknown"));
  await consumer.stop(2_000);
}

function expectNoSecret(text: string): void {
  // What is printed may be escaped as JSON.
  for (const secret of secrets) expect(text.includes(secret), `holds ${secret}`).toBe(false);
}

test("the sends went all the ways there are", () => {
  expect([...statuses].toSorted()).toEqual(["failed", "sent", "suppressed"]);
});

test("facts on the public topic hold ids and reasons, no address and no content", () => {
  expect(facts.length).toBeGreaterThan(15);
  expect(facts.join("\n")).toMatch(/"code":"invalid_address"/);
  expect(facts.join("\n")).toMatch(/\[email\]/);
  expectNoSecret(facts.join("\n"));
});

test("what clients see of a notification holds no address either", async () => {
  const list = await platform.api.get<{ data: { id: string }[] }>("/v1/notifications?limit=100");
  const views = await Promise.all(
    list.data.map(({ id }) => platform.api.get<object>(`/v1/notifications/${id}`)),
  );
  expect(views.length).toBeGreaterThan(10);
  expectNoSecret(JSON.stringify(views));
});

test("metrics of every service hold none", async () => {
  const urls = Object.entries(platform.dev.services);
  expect(urls.length).toBeGreaterThanOrEqual(7);
  for (const [name, url] of urls) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics, name).toContain("pulse_");
    expectNoSecret(metrics);
  }
});

test("logs at level debug hold none, to the end of the processes", async () => {
  await close();
  const printed = output.join("");
  expect(printed).toContain('"level":"debug"');
  expectNoSecret(printed);
});
