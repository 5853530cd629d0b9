import { SagaView } from "../../schemas/saga-view.ts";
import type { Operation } from "../operation.ts";

const id = "019b3c1e-7a40-5e12-b7c4-1f0d93a6c2e8";
const notificationId = "019b3c1e-7a40-4d2f-9c11-6f0a52be7d31";
const email = "019b3c1e-7a40-77aa-8b1d-92f3c0de51b8";
const step = "send";
const error = {
  code: "provider_rejected",
  class: "permanent",
  message: "The provider refused the message for good.",
};
const reason = "email: provider_rejected";

export const sagaOperations: Operation[] = [
  {
    id: "getSaga",
    method: "get",
    path: "/v1/sagas/{id}",
    tag: "Sagas",
    summary: "Where a saga is, what it waits for, and why",
    description:
      "A saga carries out what takes several steps. Its notification names it as `saga`; `history` holds every input " +
      "that changed it and what was decided.",
    scope: "send",
    answers: {
      200: {
        description: "The saga",
        schema: SagaView,
        example: {
          id,
          notificationId,
          status: "running",
          createdAt: "2026-05-04T09:30:00.104Z",
          updatedAt: "2026-05-04T09:30:00.412Z",
          definition: {
            steps: [
              {
                type: "send",
                name: step,
                channels: ["email", "sms"],
                strategy: "first",
                until: "sent",
                within: "PT10M",
              },
            ],
          },
          at: {
            step,
            wave: 1,
            routed: false,
            timer: null,
            limitPassed: false,
            asked: false,
            answer: null,
          },
          deliveries: [
            {
              id: email,
              channel: "email",
              status: "failed",
              redrive: 0,
              attempts: 1,
              error,
              step,
              wave: 0,
            },
          ],
          skipped: [],
          compensations: [],
          compensating: null,
          end: null,
          history: [
            {
              seq: 3,
              at: "2026-05-04T09:30:00.412Z",
              cause: "standing",
              events: [{ type: "wave_issued", step, wave: 1, channels: ["sms"], reason }],
            },
          ],
        },
      },
    },
    errors: ["not_found"],
  },
];
