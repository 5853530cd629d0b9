import { CancelJobView, CancelPreview, CancelRequest } from "../../schemas/cancel-job.ts";
import type { Operation } from "../operation.ts";

const filter = { rule: "order-shipped", metadata: { campaign: "spring" } };
const job = {
  id: "019b3c1e-7a40-7d11-8b1d-92f3c0de51b7",
  status: "running" as const,
  filter,
  scanned: 500,
  matched: 120,
  cancelled: 119,
  tooLate: 1,
  by: "on-call",
  createdAt: "2026-05-04T09:00:00.000Z",
  updatedAt: "2026-05-04T09:00:01.000Z",
};
const preview = {
  count: 1_204,
  complete: true,
  sample: [
    {
      id: "019b3c1e-7a40-77aa-8b1d-92f3c0de51b8",
      status: "scheduled" as const,
      recipient: "user_42",
      createdAt: "2026-05-04T08:00:00.000Z",
    },
  ],
};

export const cancelOperations: Operation[] = [
  {
    id: "cancelNotifications",
    method: "post",
    path: "/v1/notifications/cancel",
    tag: "Notifications",
    summary: "Cancel all notifications that a filter means, or count them",
    description:
      "Each as if it were cancelled by its id. What is accepted after the call is not meant; pause the rule first where " +
      "more would come. What has been accepted and no fact tells of yet is not found.",
    scope: "operator",
    body: { schema: CancelRequest, example: { filter, preview: false } },
    answers: {
      200: {
        description: "With `preview`: what is meant",
        schema: CancelPreview,
        example: preview,
      },
      202: { description: "The job that cancels them", schema: CancelJobView, example: job },
    },
    errors: ["idempotency_key_in_use", "idempotency_key_reused"],
  },
  {
    id: "getCancel",
    method: "get",
    path: "/v1/notifications/cancels/{id}",
    tag: "Notifications",
    summary: "How far a cancel of many is",
    scope: "operator",
    answers: { 200: { description: "The job", schema: CancelJobView, example: job } },
    errors: ["not_found"],
  },
];
