import { StopInput, StopView } from "../../schemas/stop.ts";
import { StopList } from "../answers.ts";
import type { Operation } from "../operation.ts";

const tag = "Stops";
const input = { channel: "email" as const, account: "sendgrid", reason: "wrong sender domain" };
const view = {
  id: "0197a2b4-0f6e-7c11-9d3e-5b1f0c2a7d44",
  scope: "account" as const,
  ...input,
  by: "on-call",
  at: "2026-05-04T09:00:00.000Z",
};

export const stopOperations: Operation[] = [
  {
    id: "createStop",
    method: "post",
    path: "/v1/stops",
    tag,
    summary: "Stop a provider account, a channel, a tenant, or a tenant on one channel",
    description:
      "Within a second nothing more is sent through it; calls under way end. Deliveries go through other accounts " +
      "where there are any, else they wait without spending an attempt, until the stop is lifted or they expire. " +
      "Only keys of the tenant `default` stop accounts and channels; others stop their own tenant. What is stopped " +
      "already stays as it is.",
    scope: "operator",
    body: { schema: StopInput, example: input },
    answers: {
      200: { description: "It was stopped before", schema: StopView, example: view },
      201: { description: "Stopped", schema: StopView, example: view },
    },
    errors: ["too_many_stops"],
  },
  {
    id: "listStops",
    method: "get",
    path: "/v1/stops",
    tag,
    summary: "List the stops that stand, newest first",
    scope: "operator",
    answers: { 200: { description: "All stops the key may lift", schema: StopList } },
  },
  {
    id: "liftStop",
    method: "delete",
    path: "/v1/stops/{id}",
    tag,
    summary: "Let go on what was stopped",
    description:
      "What waits begins to go out within seconds, in the order in which it was accepted.",
    scope: "operator",
    answers: { 204: { description: "Lifted" } },
    errors: ["not_found"],
  },
];
