import { z } from "zod";
import { CloudEvent } from "../../schemas/cloud-event.ts";
import { AcceptedEvent, AcceptedEvents, EventView } from "../answers.ts";
import type { Operation } from "../operation.ts";

const receipt = { topic: "pulse.events.normal.v1", partition: 3, offset: "1042" };

export const eventOperations: Operation[] = [
  {
    id: "publishEvent",
    method: "post",
    path: "/v1/events",
    tag: "Events",
    summary: "Say what happened",
    description:
      "One CloudEvents 1.0 event, structured or binary (attributes as `ce-*` headers, the body is the data), or a " +
      "batch of at most 1,000, each of which stands or falls alone. 202 means acknowledged by all in-sync replicas. " +
      "The same source and id again changes nothing.",
    scope: "send",
    idempotent: true,
    body: {
      schema: z.union([CloudEvent, z.array(CloudEvent).min(1).max(1_000)]),
      mediaTypes: [
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
        "application/json",
      ],
      example: {
        specversion: "1.0",
        id: "A-17-shipped",
        source: "/shop",
        type: "com.example.order.shipped",
        subject: "A-17",
        data: { orderNo: "A-17", customer: "customer-2", total: 31 },
      },
    },
    answers: {
      202: {
        description: "Written; a batch answers one result per event, in order",
        schema: z.union([AcceptedEvent, AcceptedEvents]),
        example: { id: "A-17-shipped", receipt },
      },
    },
    errors: ["malformed_event", "reserved_event_type"],
  },
  {
    id: "getEvent",
    method: "get",
    path: "/v1/events/{id}",
    tag: "Events",
    summary: "What an event led to",
    description: "404 until the router has seen it.",
    scope: "send",
    query: z.object({
      source: z.string().max(512).optional().describe("Needed when several sources used the id"),
    }),
    answers: { 200: { description: "The event and what was decided", schema: EventView } },
    errors: ["not_found"],
  },
];
