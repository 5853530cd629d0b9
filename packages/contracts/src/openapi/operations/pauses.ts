import { PAUSED_KINDS, type PausedKind, PauseInput, PauseView } from "../../schemas/pause.ts";
import type { Operation } from "../operation.ts";

const input = { events: "wait" as const };
const view = { ...input, by: "on-call", at: "2026-05-04T09:00:00.000Z" };

const MEANWHILE: Record<PausedKind, string> = {
  rule:
    "Events accepted after the answer wait, up to 30 days, and are decided after the resume by the rule as it is then, " +
    "in the order in which they were accepted; or they are skipped: the event's record says `paused`.",
  workflow:
    "Its running sagas hold: no further step is taken, and what comes meanwhile is taken up on the resume. What would " +
    "start it does, and holds before its first step, or is skipped.",
};

function operationsOf(kind: PausedKind): Operation[] {
  const name = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
  return [
    {
      id: `pause${name}`,
      method: "post",
      path: `/v1/${kind}s/{name}/pause`,
      tag: `${name}s`,
      summary: `Pause a ${kind}`,
      description: `${MEANWHILE[kind]} Pausing it otherwise changes what becomes of events from now on.`,
      scope: "operator",
      body: { schema: PauseInput, example: input },
      answers: { 200: { description: "It is paused", schema: PauseView, example: view } },
      errors: ["not_found", "malformed_request"],
    },
    {
      id: `resume${name}`,
      method: "post",
      path: `/v1/${kind}s/{name}/resume`,
      tag: `${name}s`,
      summary: `Let a paused ${kind} go on`,
      description:
        "What waited begins to go on within seconds. One that is not paused stays as it is.",
      scope: "operator",
      answers: { 204: { description: "It goes on" } },
      errors: ["not_found", "malformed_request"],
    },
  ];
}

export const pauseOperations: Operation[] = PAUSED_KINDS.flatMap(operationsOf);
