import type { Channel } from "../channels/index.ts";
import { MAX_STEPS, type WorkflowDefinition } from "./workflow.ts";

/**
 * Which use of a channel a step of a workflow makes: 0 for the first step that names it, another number for each of
 * those that follow. Read off the definition alone, so that whoever has it can name all deliveries a saga may make.
 */
export function channelUse({ steps }: WorkflowDefinition, step: string, channel: Channel): number {
  const at = steps.findIndex(({ name }) => name === step);
  const before = steps.slice(0, Math.max(0, at));
  return before.some((one) => namesChannel(one, channel)) ? at : 0;
}

/** Which use of a channel the correction of a step makes. */
export function correctionUse({ steps }: WorkflowDefinition, step: string): number {
  return MAX_STEPS + steps.findIndex(({ name }) => name === step);
}

/** Every use of a channel by the steps of a workflow; corrections are left out. */
export function usesOf(definition: WorkflowDefinition): { channel: Channel; use: number }[] {
  return definition.steps.flatMap((step) =>
    "channels" in step
      ? step.channels.map((channel) => ({
          channel,
          use: channelUse(definition, step.name, channel),
        }))
      : [],
  );
}

function namesChannel(step: WorkflowDefinition["steps"][number], channel: Channel): boolean {
  return "channels" in step && step.channels.includes(channel);
}
