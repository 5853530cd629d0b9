import { FanoutView } from "../../schemas/fanout.ts";
import type { Operation } from "../operation.ts";

const tag = "Audiences";
const view = {
  id: "019b3c1e-7a40-5e0c-b1f7-2d93a8c46e10",
  status: "running" as const,
  eventId: "019b3c1e-7a40-8f1b-a3d2-40c7e1907a55",
  audience: "newsletter",
  lane: "bulk" as const,
  expanded: 12_000,
  pages: 12,
  members: 48_213,
  createdAt: "2026-05-04T09:30:00.000Z",
  updatedAt: "2026-05-04T09:30:02.100Z",
};

export const fanoutOperations: Operation[] = [
  {
    id: "getFanout",
    method: "get",
    path: "/v1/fanouts/{id}",
    tag,
    summary: "How far an event has got through an audience",
    description: "Never 404 for an id given out: `accepted` until the router has begun.",
    scope: "send",
    answers: { 200: { description: "The fan-out", schema: FanoutView, example: view } },
    errors: ["not_found"],
  },
  {
    id: "cancelFanout",
    method: "post",
    path: "/v1/fanouts/{id}/cancel",
    tag,
    summary: "Begin no further page",
    description:
      "A page being written goes on, and what is written is sent; its notifications can be cancelled one by one. " +
      "A scheduled one never begins.",
    scope: "send",
    answers: {
      200: {
        description: "No further page begins",
        schema: FanoutView,
        example: { ...view, status: "cancelled" },
      },
    },
    errors: ["not_found", "cancel_too_late"],
  },
];
