import { randomBytes } from "node:crypto";
import { CE, type TopicNames } from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import { ruleFor, SOURCE } from "./catalog.ts";
import type { PlannedSend } from "./plan-load.ts";
import { type Answer, request } from "./request.ts";
import type { SendRecord } from "./send-record.ts";

type Event = Extract<PlannedSend, { way: "event" | "kafka" }>;

function dataOf({ message: { recipient } }: Event) {
  return { number: recipient, to: { id: recipient, email: `${recipient}@example.com` } };
}

/** POSTs the event in structured mode. */
export function postEvent(
  event: Event,
  { gateway, apiKey }: { gateway: string; apiKey: string },
): Promise<Answer> {
  const { type } = ruleFor(event.message.channels);
  const { eventId: id, lane: pulselane } = event;
  const body = { specversion: "1.0", id, source: SOURCE, type, pulselane, data: dataOf(event) };
  return request(`${gateway}/v1/events`, { apiKey, body, type: "application/cloudevents+json" });
}

/** The event as an upstream service writes it, in binary mode and without the gateway's stamps. */
export function upstreamRecord(event: Event, topics: TopicNames): OutRecord {
  const trace = `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
  return {
    topic: topics.events(event.lane),
    key: `default:${event.eventId}`,
    headers: {
      [CE.specversion]: "1.0",
      [CE.id]: event.eventId,
      [CE.source]: SOURCE,
      [CE.type]: ruleFor(event.message.channels).type,
      [CE.tenant]: "default",
      ce_pulselane: event.lane,
      "content-type": "application/json",
      traceparent: trace,
    },
    value: JSON.stringify(dataOf(event)),
  };
}

/** What is known of the event's message after it was sent with this result. */
export function eventRecordOf(
  event: Event,
  result: SendRecord["result"],
  detail?: string,
): SendRecord {
  const { recipient, channels } = event.message;
  return {
    recipient,
    channels,
    result,
    event: { source: SOURCE, id: event.eventId, rule: ruleFor(channels).rule },
    ...(detail === undefined ? {} : { detail }),
  };
}
