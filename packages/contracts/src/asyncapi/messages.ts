import { z } from "zod";
import { ADHOC_TYPE, CE, HELD_TYPE, PAGE_TYPE, STAMP, WAVE_TYPE } from "../headers.ts";
import { CloudEvent } from "../schemas/cloud-event.ts";
import { DeliveryRecord } from "../schemas/delivery.ts";
import { FanoutPage } from "../schemas/fanout.ts";
import { HeldRequest } from "../schemas/held-request.ts";
import { LifecycleFact } from "../schemas/lifecycle.ts";
import { SagaInput, WaveRequest } from "../schemas/saga-input.ts";
import { AdhocEvent } from "../schemas/notification-request.ts";
import type { Topic } from "../topics.ts";

/** A kind of record, as documented: the data AsyncAPI is generated from. */
export type Message = {
  name: string;
  summary: string;
  contentType: string;
  headers: z.ZodObject;
  payload: z.ZodType;
  /** Topics that carry it. */
  on: readonly Topic["kind"][];
};

const JSON_TYPE = "application/json";
const text = (description: string) => z.string().describe(description);
const integer = (description: string) => z.string().regex(/^\d+$/).describe(description);

const trace = { traceparent: text("W3C Trace Context of the hop").optional() };

const ceHeaders = {
  [CE.id]: text("With the source, what a repeat is told by"),
  [CE.source]: text("Who says it"),
  [CE.type]: text("What happened, as in com.example.order.shipped"),
  [CE.specversion]: z.literal("1.0"),
  [CE.tenant]: text("The tenant the event belongs to; writing to the topic is authority over it"),
  [CE.subject]: text("What it happened to").optional(),
  [CE.time]: text("When it happened, RFC 3339").optional(),
};

const stamps = {
  [STAMP.acceptedAt]: integer("Accept time, ms since 1970; set by the gateway").optional(),
  [STAMP.catalogRevision]: integer(
    "Catalog revision of the tenant then; set by the gateway",
  ).optional(),
};

const deliveryHeaders = {
  "ntf-id": text("Delivery id; what a repeat is told by"),
  "ntf-attempt": integer("The attempt this record asks for, from 1"),
  "ntf-redrive": integer("How often it came back from the dead letters"),
  "ntf-first-at": integer("First attempt, ms since 1970").optional(),
  ...trace,
};

const lifecycle = LifecycleFact.options.map((fact): Message => {
  const type = fact.shape.type.value;
  return {
    name: type,
    summary: `The fact ${type}`,
    contentType: JSON_TYPE,
    headers: z.object({
      [CE.id]: text("The fact's id"),
      [CE.type]: z.literal(type),
      [CE.tenant]: text("The tenant"),
      [CE.source]: text("Who says it").optional(),
      [CE.specversion]: z.literal("1.0").optional(),
      ...trace,
    }),
    payload: fact,
    on: ["lifecycle"],
  };
});

const inputs = SagaInput.options.map((input): Message => {
  const name = `pulse.saga.${input.shape.type.value}`;
  return {
    name,
    summary: `The input ${input.shape.type.value} of a saga`,
    contentType: JSON_TYPE,
    headers: z.object({
      [CE.id]: text("The input's id; what a repeat is told by"),
      [CE.type]: z.literal(name),
      [CE.tenant]: text("The tenant"),
      ...trace,
    }),
    payload: input,
    on: ["sagas"],
  };
});

export const MESSAGES: readonly Message[] = [
  {
    name: "Event",
    summary:
      "A CloudEvents 1.0 event in binary mode; extension attributes are further `ce_*` headers",
    contentType: JSON_TYPE,
    headers: z.object({ ...ceHeaders, ...stamps, ...trace }),
    payload: z.record(z.string(), z.json()),
    on: ["events"],
  },
  {
    name: "StructuredEvent",
    summary: "A CloudEvents 1.0 event in structured mode; read, never written by the platform",
    contentType: "application/cloudevents+json",
    headers: z.object({ [CE.tenant]: ceHeaders[CE.tenant], ...trace }),
    payload: CloudEvent,
    on: ["events"],
  },
  {
    name: "NotificationRequested",
    summary: "What `POST /v1/notifications` becomes; its template is pinned to a version",
    contentType: JSON_TYPE,
    headers: z.object({ ...ceHeaders, [CE.type]: z.literal(ADHOC_TYPE), ...stamps, ...trace }),
    payload: AdhocEvent,
    on: ["events"],
  },
  {
    name: "WaveRequested",
    summary: "What a saga asks the router for: deliveries through the channels whose turn it is",
    contentType: JSON_TYPE,
    headers: z.object({ ...ceHeaders, [CE.type]: z.literal(WAVE_TYPE), ...stamps, ...trace }),
    payload: WaveRequest,
    on: ["events"],
  },
  {
    name: "PageRequested",
    summary:
      "What the router asks itself for: the next members of an audience; all before are written",
    contentType: JSON_TYPE,
    headers: z.object({ ...ceHeaders, [CE.type]: z.literal(PAGE_TYPE), ...trace }),
    payload: FanoutPage,
    on: ["events"],
  },
  {
    name: "HoldEnded",
    summary: "Quiet hours have ended for what the router held: it decides again",
    contentType: JSON_TYPE,
    headers: z.object({ ...ceHeaders, [CE.type]: z.literal(HELD_TYPE), ...stamps, ...trace }),
    payload: HeldRequest,
    on: ["events"],
  },
  ...inputs,
  {
    name: "Delivery",
    summary: "One notification through one channel, all decisions made",
    contentType: JSON_TYPE,
    headers: z.object(deliveryHeaders),
    payload: DeliveryRecord,
    on: ["deliveries"],
  },
  {
    name: "RetriedDelivery",
    summary: "A delivery that waits for its tier's delay",
    contentType: JSON_TYPE,
    headers: z.object({
      ...deliveryHeaders,
      "ntf-not-before": integer("Not handled before, ms since 1970"),
      "ntf-err-class": text("Class of the last error").optional(),
      "ntf-err-code": text("Code of the last error").optional(),
      "ntf-err-msg": text("Message of the last error").optional(),
    }),
    payload: DeliveryRecord,
    on: ["retry"],
  },
  ...lifecycle,
  {
    name: "DeadLetter",
    summary:
      "A record that could not be handled: key and value bytes untouched, headers kept, and why",
    contentType: "application/octet-stream",
    headers: z.object({
      "ntf-origin": text("JSON of topic, partition, offset, timestamp and group it was read with"),
      "ntf-reason": z.enum(["poison", "exhausted", "rejected"]),
      "ntf-err-code": text("From the error catalogue"),
      "ntf-err-msg": text("At most 1 KiB"),
      "ntf-err-class": text("Class of the error").optional(),
      "ntf-provider": text("Provider of the last attempt").optional(),
    }),
    payload: z.unknown(),
    on: ["dlq"],
  },
];
