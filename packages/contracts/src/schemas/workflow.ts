import { z } from "zod";
import { ChannelName, CHANNELS } from "../channels/index.ts";
import { Duration } from "./duration.ts";
import { Name } from "./recipient.ts";

/** What ends the wait for a channel: it was sent, the provider reported it delivered, or it was read. */
export const Until = z.enum(["sent", "delivered", "read"]);
export type Until = z.infer<typeof Until>;

/** How long a channel has to get as far as `until`, when nothing else is said. */
export const DEFAULT_WITHIN = "PT10M";

/** Where a workflow goes on: a step, or this for its end. No step can have the name. */
export const END = "end";

const name = Name.refine((value) => value !== END, "is the end of every workflow, no step's name");
const target = Name.describe("A step's name, or `end`");
const next = target.optional().describe("Left out: the step that follows, or the end");

/** Sends through channels: through all at once, or through the first, and the next when that one does not get there. */
const SendStep = z.strictObject({
  type: z.literal("send"),
  name,
  /** Left out only where the request itself has the content. */
  template: Name.optional(),
  channels: z.array(ChannelName).min(1).max(CHANNELS.length),
  strategy: z.enum(["all", "first"]).default("all"),
  until: Until.default("sent"),
  within: Duration.default(DEFAULT_WITHIN),
  /** When it reaches nobody, the workflow has failed. */
  required: z.boolean().default(true),
  next,
});
export type SendStep = z.infer<typeof SendStep>;

/** Lets time pass. */
const DelayStep = z.strictObject({ type: z.literal("delay"), name, for: Duration, next });

/** Waits until what an earlier step sent got as far as `until`, through any channel; else goes another way. */
const WaitStep = z.strictObject({
  type: z.literal("wait"),
  name,
  for: Name.describe("The `send` step whose message is waited for"),
  until: Until,
  within: Duration,
  otherwise: target.describe("Where it goes on when the time is over"),
  next,
});

/** Goes the way of the first condition that holds. */
const BranchStep = z.strictObject({
  type: z.literal("branch"),
  name,
  branches: z
    .array(
      z.strictObject({
        when: z.string().min(1).max(4_096).describe("CEL over `event` and `steps`"),
        next: target,
      }),
    )
    .min(1)
    .max(20),
  otherwise: target,
});

export const WorkflowStep = z.discriminatedUnion("type", [
  SendStep,
  DelayStep,
  WaitStep,
  BranchStep,
]);
export type WorkflowStep = z.infer<typeof WorkflowStep>;
export type StepOf<Type extends WorkflowStep["type"]> = Extract<WorkflowStep, { type: Type }>;

/** Body of `PUT /v1/workflows/{name}`: steps in order, beginning with the first. */
export const WorkflowDefinition = z.strictObject({
  steps: z.array(WorkflowStep).min(1).max(50),
  category: Name.optional(),
});
export type WorkflowDefinition = z.infer<typeof WorkflowDefinition>;
