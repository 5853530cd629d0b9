import { z } from "zod";
import { SagaOutcome } from "./lifecycle.ts";
import { SagaState } from "./saga-state.ts";
import { WorkflowDefinition } from "./workflow.ts";

const time = z.iso.datetime();

/** One input that changed a saga, and all that came of it. */
export const SagaHistoryEntry = z.object({
  /** From 1, without gaps. */
  seq: z.int(),
  at: time,
  /** What came: `start`, `routed`, `standing`, `answered`, `timer`, `event`, `resume`, `cancel`. */
  cause: z.string(),
  events: z.array(z.looseObject({ type: z.string() })),
});

/** Answer of `GET /v1/sagas/{id}`. */
export const SagaView = z.object({
  id: z.guid(),
  notificationId: z.guid(),
  status: z.enum(["running", ...SagaOutcome.options]),
  createdAt: time,
  updatedAt: time,
  definition: WorkflowDefinition,
  ...SagaState.shape,
  history: z.array(SagaHistoryEntry),
});
export type SagaView = z.infer<typeof SagaView>;
