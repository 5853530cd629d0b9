import { randomBytes, randomUUID } from "node:crypto";
import type { DeadLetterDetail, DeadLetterView } from "@pulsecourier/contracts";
import { createKafka, createProducer, type Producer } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { mailsTo } from "./until-end.ts";

type Record = { value: Buffer | string | null; headers?: { [name: string]: string } };
type Letter = { reason: string; errorCode: string; says: RegExp };

let platform: TestPlatform;
let producer: Producer;
beforeAll(async () => {
  platform = await startTestPlatform();
  const logger = createLogger({ service: "upstream", level: "silent" });
  const brokers = platform.dev.kafka.split(",");
  producer = await createProducer({
    kafka: createKafka({ brokers, clientId: "upstream", logger }),
  });
  await platform.api.put("/v1/templates/note", {
    channels: { email: { subject: "Note", text: "Hi {{name}}" } },
  });
  await platform.api.put("/v1/rules/note", {
    on: "com.example.noted",
    when: "int(event.data.n) > 0",
    recipients: ["event.data.to"],
    template: "note",
  });
  await platform.api.put("/v1/rules/keyed", {
    on: "com.example.noted",
    when: "event.data.n[event.data.key] == 1.0",
    recipients: ["event.data.to"],
    template: "note",
  });
});
afterAll(async () => {
  await producer.close();
  await platform.close();
});

const topicOf = () => `${platform.topicPrefix}.events.normal.v1`;
const attributes = {
  ce_specversion: "1.0",
  ce_source: "/shop",
  ce_type: "com.example.noted",
  ce_pulsetenant: "default",
  "content-type": "application/json",
};
const event = (data: object, headers: object = {}): Record => ({
  value: JSON.stringify(data),
  headers: { ...attributes, ce_id: randomUUID(), ...headers },
});
const structured = (value: string): Record => ({
  value,
  headers: { "content-type": "application/cloudevents+json", ce_pulsetenant: "default" },
});
const without = (name: string): Record => ({
  value: "{}",
  headers: Object.fromEntries(
    Object.entries({ ...attributes, ce_id: "e" }).filter(([key]) => key !== name),
  ),
});
const poison = (says: RegExp): Letter => ({
  reason: "poison",
  errorCode: "malformed_record",
  says,
});

/** Writes to one partition, where whatever stops it would stop all that follows. */
async function produce({ value, headers = {} }: Record) {
  const record = { topic: topicOf(), key: null, partition: 0, value, headers };
  const [receipt] = await producer.send([record]);
  return receipt?.offset ?? "";
}

async function letterOf(offset: string): Promise<DeadLetterDetail> {
  const found = await eventually(
    async () => {
      const list = await platform.api.get<{ data: DeadLetterView[] }>(
        `/v1/dead-letters?topic=${topicOf()}&limit=3`,
      );
      for (const { id } of list.data) {
        const letter = await platform.api.get<DeadLetterDetail>(`/v1/dead-letters/${id}`);
        const origin: { offset: string } = JSON.parse(letter.headers["ntf-origin"] ?? "{}");
        if (origin.offset === offset) return letter;
      }
      return null;
    },
    { intervalMs: 50 },
  );
  if (found === null) throw new Error("not indexed");
  return found;
}

/** A good event on the same partition reaches its mailbox. */
async function expectGoodToArrive(): Promise<void> {
  const email = `good-${randomUUID()}@example.com`;
  await produce(event({ n: 1, name: "Ada", to: { email } }));
  await eventually(async () => expect(await mailsTo(platform.dev.simulator, email)).toBe(1));
}

test.each<[string, Record, Letter]>([
  ["random bytes", { value: randomBytes(512) }, poison(/no CloudEvent: neither header ce_spec/)],
  ["nothing at all", { value: null }, poison(/no CloudEvent/)],
  ["text", { value: "hello", headers: { "content-type": "text/plain" } }, poison(/no CloudEvent/)],
  ["bytes that are no JSON", { ...event({}), value: randomBytes(64) }, poison(/not valid JSON/)],
  ["an event without id", without("ce_id"), poison(/attribute id /)],
  ["an event without source", without("ce_source"), poison(/attribute source /)],
  ["an event without type", without("ce_type"), poison(/attribute type /)],
  ["an event without tenant", without("ce_pulsetenant"), poison(/ce_pulsetenant is missing/)],
  ["a structured event that is cut off", structured('{"id":'), poison(/not valid JSON/)],
  ["a structured event that is a list", structured("[]"), poison(/no JSON object/)],
  [
    "a batch",
    { value: "[]", headers: { "content-type": "application/cloudevents-batch+json" } },
    poison(/one event a record/),
  ],
  ["data that is no object", { ...event({}), value: "[1]" }, poison(/no JSON object/)],
  [
    "data nested 100,000 deep",
    { ...event({}), value: "[".repeat(1e5) + "]".repeat(1e5) },
    poison(/nested/),
  ],
  ["NUL in the tenant", event({}, { ce_pulsetenant: "a\0b" }), poison(/U\+0000/)],
  [
    "NUL in the content type",
    { value: "{}", headers: { ...attributes, "content-type": "a\0b" } },
    poison(/content type/),
  ],
  [
    "counts that are none",
    { value: "x", headers: { "ntf-redrive": "99999", "ntf-attempt": "-1" } },
    poison(/no CloudEvent/),
  ],
  [
    "a fraction for a count",
    { value: "x", headers: { "ntf-redrive": "1.5" } },
    poison(/no CloudEvent/),
  ],
  [
    "a reserved type",
    event({}, { ce_type: "pulse.mine" }),
    { reason: "rejected", errorCode: "reserved_event_type", says: /choose one/ },
  ],
  [
    "a tenant that does not exist",
    event({}, { ce_pulsetenant: "nosuch" }),
    { reason: "rejected", errorCode: "unknown_tenant", says: /no tenant nosuch/ },
  ],
  [
    "1.5 MB of data",
    event({ x: "x".repeat(1_500_000) }),
    { reason: "rejected", errorCode: "content_too_large", says: /65536 bytes/ },
  ],
])("%s becomes a dead letter, bytes untouched, and stops nothing", async (_, record, letter) => {
  const { says, ...expected } = letter;
  const found = await letterOf(await produce(record));
  expect(found).toMatchObject({ ...expected, originTopic: topicOf(), redrivenAt: null });
  expect(found.errorMessage).toMatch(says);
  expect(bytesOf(found.value)).toEqual(record.value === null ? null : Buffer.from(record.value));
  await expectGoodToArrive();
});

function bytesOf(value: DeadLetterDetail["value"]): Buffer | null {
  if (value === null) return null;
  if (value.encoding === "base64") return Buffer.from(value.data, "base64");
  return Buffer.from(value.encoding === "text" ? value.data : JSON.stringify(value.data));
}

test.each<[string, object, RegExp]>([
  ["a condition cannot compute", { n: "a\0b" }, /rule_failed.*int_conversion/],
  ["lacks what a condition reads", { m: 1 }, /No such key: n/],
  ["lacks a key that itself is bad", { n: { "a\0b": 1 }, key: "b\0a" }, /rule_failed|No such key/],
  ["names a recipient who cannot be", { n: 1, to: "a\0b" }, /characters that ids cannot have/],
  ["names a recipient of the wrong form", { n: 1, to: { email: 7 } }, /neither a recipient id nor/],
])("data that %s notifies nobody, says why, and stops nothing", async (_, data, says) => {
  const bad = event(data);
  await produce(bad);
  await expectGoodToArrive();
  const id = bad.headers?.["ce_id"];
  const { decision } = await platform.api.get<{ decision: object }>(`/v1/events/${id}`);
  expect(JSON.stringify(decision)).toMatch(says);
  const { data: sent } = await platform.api.get<{ data: [] }>(`/v1/notifications?eventId=${id}`);
  expect(sent).toEqual([]);
});
