import { type JsonObject, nameSchemas, type NamedSchemas } from "../json-schema.ts";
import { DeliveryRecord } from "../schemas/delivery.ts";
import { FactError, NotificationSummary } from "../schemas/lifecycle.ts";
import { InlineRecipient } from "../schemas/recipient.ts";
import { type Topic, topicNames, topicTable } from "../topics.ts";
import { type Message, MESSAGES } from "./messages.ts";

/** Partitions with the default `KAFKA_PARTITIONS=12`. */
const PARTITIONS: Record<Topic["kind"], number> = {
  events: 12,
  deliveries: 12,
  retry: 6,
  sagas: 12,
  lifecycle: 12,
  dlq: 1,
};

/** The topics as AsyncAPI 3.0, made from the topic table, the message table and the schemas. */
export function asyncApiDocument(): JsonObject {
  const schemas = nameSchemas("output", {
    DeliveryRecord,
    FactError,
    InlineRecipient,
    NotificationSummary,
  });
  const topics = topicTable(topicNames());
  const messages = Object.fromEntries(
    MESSAGES.map((message) => [message.name, messageOf(message, schemas)]),
  );
  return {
    asyncapi: "3.0.0",
    info: {
      title: "PulseCourier topics",
      version: "1.0.0",
      description:
        "Upstream services may write events straight to `pulse.events.<lane>.v1`; `pulse.lifecycle.v1` may be read by " +
        "anyone. The other topics are the platform's own. The prefix `pulse` is `TOPIC_PREFIX`. Facts of one " +
        "notification may come in any order and more than once; the same fact has the same id.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    servers: { kafka: { host: "127.0.0.1:9092", protocol: "kafka" } },
    channels: Object.fromEntries(topics.map((topic) => [topic.name, channelOf(topic)])),
    operations: Object.fromEntries(topics.flatMap(operationsOf)),
    components: { messages, schemas: schemas.components() },
  };
}

const carriedBy = ({ kind }: Topic) => MESSAGES.filter((message) => message.on.includes(kind));

function channelOf(topic: Topic): JsonObject {
  const { name, kind } = topic;
  return {
    address: name,
    description: `Written by ${topic.writtenBy}; read by ${topic.readBy}. Key: ${topic.key}.`,
    messages: Object.fromEntries(
      carriedBy(topic).map((message) => [
        message.name,
        { $ref: `#/components/messages/${message.name}` },
      ]),
    ),
    bindings: { kafka: { topic: name, partitions: PARTITIONS[kind], bindingVersion: "0.5.0" } },
  };
}

/** Who writes and who reads a topic; the group id is the prefix and the reader's name. */
function operationsOf(topic: Topic): [string, JsonObject][] {
  const channel = { $ref: `#/channels/${topic.name}` };
  const messages = carriedBy(topic).map(({ name }) => ({
    $ref: `#/channels/${topic.name}/messages/${name}`,
  }));
  const reader = /^[\w-]+/.exec(topic.readBy)?.[0] ?? topic.readBy;
  const groupId = { type: "string", const: `pulse.${reader}` };
  return [
    [
      `send.${topic.name}`,
      { action: "send", title: `Written by ${topic.writtenBy}`, channel, messages },
    ],
    [
      `receive.${topic.name}`,
      {
        action: "receive",
        title: `Read by ${topic.readBy}`,
        channel,
        messages,
        bindings: { kafka: { groupId, bindingVersion: "0.5.0" } },
      },
    ],
  ];
}

function messageOf(
  { name, summary, contentType, headers, payload, on }: Message,
  schemas: NamedSchemas,
): JsonObject {
  const [topic] = topicTable(topicNames()).filter(({ kind }) => on.includes(kind));
  return {
    name,
    summary,
    contentType,
    headers: schemas.reference(headers, `${name}.headers`),
    payload: schemas.reference(payload, `${name}.payload`),
    bindings: {
      kafka: { key: { type: "string", description: topic?.key }, bindingVersion: "0.5.0" },
    },
  };
}
