import {
  DeadLetterDetail,
  DeadLetterFilter,
  RedriveRequest,
  RedriveResult,
} from "../../schemas/dead-letter.ts";
import { DeadLetterPage, PageQuery } from "../answers.ts";
import type { Operation } from "../operation.ts";

const tag = "Dead letters";

export const deadLetterOperations: Operation[] = [
  {
    id: "listDeadLetters",
    method: "get",
    path: "/v1/dead-letters",
    tag,
    summary: "List dead letters, newest first",
    description: "`topic` is the dead-letter topic or the topic the record came from.",
    scope: "operator",
    query: DeadLetterFilter.extend(PageQuery.shape),
    answers: { 200: { description: "A page", schema: DeadLetterPage } },
  },
  {
    id: "getDeadLetter",
    method: "get",
    path: "/v1/dead-letters/{id}",
    tag,
    summary: "One dead letter with its headers and value",
    scope: "operator",
    answers: { 200: { description: "The dead letter", schema: DeadLetterDetail } },
    errors: ["not_found"],
  },
  {
    id: "redriveDeadLetters",
    method: "post",
    path: "/v1/dead-letters/redrive",
    tag,
    summary: "Put dead letters back into their topics",
    description:
      "Counts only unless `dryRun` is false. Works for at most 20 s at the rate given; repeat the call while " +
      "`remaining` is not 0. Ids are kept, so what was sent meanwhile is not sent again.",
    scope: "operator",
    body: {
      schema: RedriveRequest,
      example: { filter: { channel: "email", reason: "exhausted" }, dryRun: true },
    },
    answers: {
      200: {
        description: "What was done",
        schema: RedriveResult,
        example: { dryRun: true, matched: 12, redriven: 0, remaining: 12, capped: 0 },
      },
    },
  },
];
