import {
  type Channel,
  END,
  type Problem,
  type WorkflowDefinition,
  type WorkflowStep,
} from "@pulsecourier/contracts";
import { expressionProblems } from "./check-expressions.ts";
import { checkSignal } from "./signals.ts";

/** A place in the definition that leads on to a step. */
type Way = { pointer: string; to: string };

/**
 * What is wrong with a workflow, each with its place: doubled names, ways to steps that are not there, cycles, steps
 * that nothing leads to, conditions that are no CEL, a channel named twice in one step, a pivot
 * that is none.
 */
export function checkWorkflow(definition: WorkflowDefinition): Problem[] {
  const { steps, cancelOn = [] } = definition;
  const problems = cancelOn.flatMap((signal, at) => checkSignal(signal, `/cancelOn/${at}`));
  const index = new Map<string, number>();
  for (const [at, { name }] of steps.entries()) {
    if (index.has(name))
      problems.push({
        pointer: `/steps/${at}/name`,
        detail: `there is a step \`${name}\` already`,
      });
    else index.set(name, at);
  }
  const ways = steps.map((step, at) => waysFrom(step, at, steps[at + 1]?.name ?? END));
  for (const { pointer, to } of ways.flat()) {
    if (to !== END && !index.has(to))
      problems.push({ pointer, detail: `there is no step \`${to}\`` });
  }
  problems.push(...expressionProblems(steps), ...pivotProblems(definition));
  if (problems.length > 0) return problems;
  const graph = ways.map((some) => some.flatMap(({ to }) => index.get(to) ?? []));
  const reached = reachedFrom(0, graph);
  for (const [at, step] of steps.entries()) {
    if (at !== 0 && !reached.has(at))
      problems.push({ pointer: `/steps/${at}`, detail: "no step leads here" });
    const after = new Set(graph[at]?.flatMap((to) => [to, ...reachedFrom(to, graph)]));
    if (after.has(at)) {
      problems.push({
        pointer: `/steps/${at}`,
        detail: "leads back to itself; a workflow only goes forward",
      });
    }
    problems.push(...channelProblems(step, at));
    if (step.type === "wait" && step.for !== undefined)
      problems.push(...waitProblems(step, at, steps, graph));
  }
  return problems;
}

function waysFrom(step: WorkflowStep, at: number, following: string): Way[] {
  const pointer = `/steps/${at}`;
  if (step.type === "branch") {
    const ways = step.branches.map(({ next }, which) => ({
      pointer: `${pointer}/branches/${which}/next`,
      to: next,
    }));
    return [...ways, { pointer: `${pointer}/otherwise`, to: step.otherwise }];
  }
  const onward = { pointer: `${pointer}/next`, to: step.next ?? following };
  const otherwise = "otherwise" in step ? step.otherwise : undefined;
  return otherwise === undefined
    ? [onward]
    : [onward, { pointer: `${pointer}/otherwise`, to: otherwise }];
}

function reachedFrom(start: number, graph: readonly number[][]): Set<number> {
  const reached = new Set<number>();
  const open = [...(graph[start] ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    open.push(...(graph[at] ?? []));
  }
  return reached;
}

/** A step has one delivery a channel. */
function channelProblems(step: WorkflowStep, at: number): Problem[] {
  if (step.type !== "send") return [];
  const again = "the step names it already; a later step may use it again";
  const corrected = step.correction?.channels ?? [];
  return [
    ...namedTwice(step.channels, `/steps/${at}/channels`, again),
    ...namedTwice(corrected, `/steps/${at}/correction/channels`, "it is named already"),
  ];
}

function namedTwice(channels: readonly Channel[], pointer: string, detail: string): Problem[] {
  return channels.flatMap((channel, index) =>
    channels.indexOf(channel) === index ? [] : [{ pointer: `${pointer}/${index}`, detail }],
  );
}

function pivotProblems({ steps, pivot }: WorkflowDefinition): Problem[] {
  if (pivot === undefined) return [];
  const isSent = steps.some(({ type, name }) => type === "send" && name === pivot);
  return isSent ? [] : [{ pointer: "/pivot", detail: `there is no \`send\` step \`${pivot}\`` }];
}

function waitProblems(
  step: Extract<WorkflowStep, { type: "wait" }>,
  at: number,
  steps: readonly WorkflowStep[],
  graph: readonly number[][],
): Problem[] {
  const awaited = steps.findIndex(({ name }) => name === step.for);
  const isSentBefore = steps[awaited]?.type === "send" && reachedFrom(awaited, graph).has(at);
  if (isSentBefore) return [];
  return [
    { pointer: `/steps/${at}/for`, detail: `no \`send\` step \`${step.for}\` comes before it` },
  ];
}
