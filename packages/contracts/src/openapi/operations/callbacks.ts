import {
  CallbackInput,
  CallbackReplay,
  CallbackView,
  PutCallback,
  ReplayResult,
  RotatedSecret,
  WebhookSecret,
} from "../../schemas/callback.ts";
import { CallbackList } from "../answers.ts";
import type { Operation } from "../operation.ts";

const input = {
  url: "https://shop.example/hooks/pulse",
  events: ["delivery.sent" as const, "delivery.failed" as const],
};
const view = {
  name: "shop",
  ...input,
  state: "enabled" as const,
  disabledAt: null,
  disabledReason: null,
  failingSince: null,
  lastError: null,
  createdAt: "2026-05-04T09:00:00.000Z",
  updatedAt: "2026-05-04T09:00:00.000Z",
};
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const tag = "Callbacks";
const path = "/v1/callbacks/{name}";

export const callbackOperations: Operation[] = [
  {
    id: "putCallback",
    method: "put",
    path,
    tag,
    summary: "Hear of what happens: create or change a status callback",
    description:
      "Facts of these types are POSTed to the URL from now on, signed as Standard Webhooks 1.0 says, at least once, " +
      "in no promised order. A new callback's secret is in this answer and nowhere else. A disabled callback is " +
      "enabled again. The URL must be https and lead to public addresses.",
    scope: "admin",
    body: { schema: CallbackInput, example: input },
    answers: {
      200: { description: "Changed", schema: PutCallback, example: view },
      201: { description: "Created", schema: PutCallback, example: { ...view, secret } },
    },
    errors: ["malformed_request", "forbidden_target", "too_many_callbacks"],
  },
  {
    id: "getCallback",
    method: "get",
    path,
    tag,
    summary: "Read a callback and how it fares",
    scope: "admin",
    answers: { 200: { description: "The callback", schema: CallbackView, example: view } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "listCallbacks",
    method: "get",
    path: "/v1/callbacks",
    tag,
    summary: "List callbacks by name",
    scope: "admin",
    answers: { 200: { description: "All callbacks of the tenant", schema: CallbackList } },
  },
  {
    id: "deleteCallback",
    method: "delete",
    path,
    tag,
    summary: "Delete a callback; what waits for it is not sent",
    scope: "admin",
    answers: { 204: { description: "Deleted" } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "rotateCallbackSecret",
    method: "post",
    path: `${path}/rotate`,
    tag,
    summary: "Make a new secret; for 24 hours messages carry a signature of each",
    scope: "admin",
    answers: {
      200: {
        description: "The new secret, shown once",
        schema: RotatedSecret,
        example: { secret, previousUntil: "2026-05-05T09:00:00.000Z" },
      },
    },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "replayCallback",
    method: "post",
    path: `${path}/replay`,
    tag,
    summary: "Send facts again",
    description:
      "Takes the facts of the tenant's notifications accepted between `since` and `until` that fit the callback's " +
      "events, in the bulk lane. A repeated fact has the `webhook-id` it had. Repeat the call with `nextCursor` " +
      "until it is null.",
    scope: "admin",
    body: { schema: CallbackReplay, example: { since: "2026-05-04T09:00:00Z" } },
    answers: {
      200: {
        description: "What was handed over so far",
        schema: ReplayResult,
        example: { replayed: 240, nextCursor: null },
      },
    },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "getWebhookSecret",
    method: "get",
    path: "/v1/webhook-secret",
    tag,
    summary: "Read what webhook messages to recipients are signed with",
    scope: "admin",
    answers: {
      200: { description: "The tenant's secret", schema: WebhookSecret, example: { secret } },
    },
  },
];
