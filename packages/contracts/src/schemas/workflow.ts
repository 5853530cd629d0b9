import { z } from "zod";
import { Name } from "./recipient.ts";
import { Signal } from "./signal.ts";
import { BranchStep } from "./steps/branch-step.ts";
import { DelayStep } from "./steps/delay-step.ts";
import { DigestStep } from "./steps/digest-step.ts";
import { ReserveStep } from "./steps/reserve-step.ts";
import { SendStep } from "./steps/send-step.ts";
import { ThrottleStep } from "./steps/throttle-step.ts";
import { WaitStep } from "./steps/wait-step.ts";

export const WorkflowStep = z.discriminatedUnion("type", [
  SendStep,
  DelayStep,
  WaitStep,
  BranchStep,
  ThrottleStep,
  DigestStep,
  ReserveStep,
]);
export type WorkflowStep = z.infer<typeof WorkflowStep>;
export type StepOf<Type extends WorkflowStep["type"]> = Extract<WorkflowStep, { type: Type }>;

/** The longest workflow. */
export const MAX_STEPS = 50;

/** Body of `PUT /v1/workflows/{name}`: steps in order, beginning with the first. */
export const WorkflowDefinition = z.strictObject({
  steps: z.array(WorkflowStep).min(1).max(MAX_STEPS),
  category: Name.optional(),
  cancelOn: z
    .array(Signal)
    .min(1)
    .max(10)
    .optional()
    .describe("Events that cancel it; what can be undone is undone"),
  /** Past this `send` step nothing is undone any more. Left out: past the last required one. */
  pivot: Name.optional(),
});
export type WorkflowDefinition = z.infer<typeof WorkflowDefinition>;
