import { Environment, EvaluationError } from "@marcbachmann/cel-js";
import type { Digest } from "@pulsecourier/contracts";
import { CelAudience } from "./cel-audience.ts";
import { costOf, longestList } from "./cel-cost.ts";
import type { RuleEvent } from "./rule.ts";

/** Nested loops may visit this many pairs of list members. */
const MAX_PAIRS = 1_000_000;
/** Codes of cel-js for reading what is not there. */
const MISSING = new Set(["no_such_key", "index_out_of_bounds"]);

/** cel-js knows a type by its class; its fields are checked when a rule is PUT. */
class CelEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: string | undefined;
  readonly data: Record<string, unknown>;

  constructor(event: RuleEvent) {
    this.id = event.id;
    this.source = event.source;
    this.type = event.type;
    this.subject = event.subject;
    this.time = event.time;
    this.data = event.data;
  }
}

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: {
    maxAstNodes: 512,
    maxDepth: 32,
    maxListElements: 256,
    maxMapEntries: 64,
    maxCallArguments: 16,
  },
})
  .registerType("Event", {
    ctor: CelEvent,
    fields: {
      id: "string",
      source: "string",
      type: "string",
      subject: "string",
      time: "string",
      data: "map<string, dyn>",
    },
  })
  .registerType("Audience", { ctor: CelAudience, fields: { name: "string" } })
  .registerFunction("audience(string): Audience", (name: string) => new CelAudience(name))
  .registerVariable("event", "Event");

export type CelValue =
  | { kind: "value"; value: unknown }
  | { kind: "missing"; reason: string }
  | { kind: "error"; reason: string };

/** A compiled expression; `run` never throws. */
export type CelExpression<Input> =
  | { ok: true; type: string; run: (input: Input) => CelValue }
  | { ok: false; detail: string };

/**
 * What a workflow's conditions see: the event it began with, how far each step's message has got, and the events that
 * steps waited for. Those about a signal see the event that came as `event`, and `start`, which the workflow began with.
 */
export type SagaFacts = {
  event: RuleEvent;
  steps?: Record<string, string>;
  events?: Record<string, RuleEvent>;
  start?: RuleEvent;
  /** What the last digest collected. */
  digest?: Digest;
};

class CelDigest {
  readonly count: bigint;
  readonly items: readonly Record<string, unknown>[];

  constructor({ count, items }: Digest) {
    this.count = BigInt(count);
    this.items = items;
  }
}

const sagaEnvironment = environment
  .clone()
  .registerVariable("steps", "map<string, string>")
  .registerVariable("events", "map<string, Event>")
  .registerType("Digest", { ctor: CelDigest, fields: { count: "int", items: "list<dyn>" } })
  .registerVariable("digest", "Digest");
const signalEnvironment = environment.clone().registerVariable("start", "Event");

/** Parses and type-checks an expression over `event`; `detail` gives the position of what is wrong. */
export function compileCel(source: string): CelExpression<RuleEvent> {
  return compileIn(environment, source, (event) => ({ event }));
}

/** The same over `event`, `steps`, `events`, and `digest`, which holds nothing before there was one. */
export function compileSagaCondition(source: string): CelExpression<SagaFacts> {
  return compileIn(sagaEnvironment, source, (facts) => ({
    digest: { count: 0, items: [] },
    ...facts,
  }));
}

/** The same over `event` and `start`. */
export function compileSignalCondition(source: string): CelExpression<SagaFacts> {
  return compileIn(signalEnvironment, source, (facts) => facts);
}

function compileIn<Input>(
  among: Environment,
  source: string,
  variables: (input: Input) => SagaFacts,
): CelExpression<Input> {
  const checked = among.check(source);
  if (!checked.valid || checked.type === undefined) {
    const { error } = checked;
    return {
      ok: false,
      detail: at(source, error?.range?.start ?? 0, error?.summary ?? "is not a CEL expression"),
    };
  }
  const evaluate = among.parse(source);
  const { loops, problem } = costOf(evaluate.ast);
  if (problem !== null) return { ok: false, detail: at(source, problem.at, problem.detail) };
  const run = (input: Input): CelValue => {
    try {
      const facts = variables(input);
      if (loops > 1 && longestList(dataOf(facts)) ** loops > MAX_PAIRS) {
        return { kind: "error", reason: "the event's lists are too long for nested loops" };
      }
      return { kind: "value", value: evaluate(celVariables(facts)) };
    } catch (thrown) {
      return whyNot(thrown);
    }
  };
  return { ok: true, type: checked.type, run };
}

function dataOf({ event, start, events = {}, digest }: SagaFacts): unknown[] {
  const heard = Object.values(events).map(({ data }) => data);
  return [event.data, start?.data, digest?.items, ...heard];
}

function celVariables({ event, start, steps, events, digest }: SagaFacts): Record<string, unknown> {
  return {
    event: new CelEvent(event),
    ...(steps !== undefined && { steps }),
    ...(digest !== undefined && { digest: new CelDigest(digest) }),
    ...(start !== undefined && { start: new CelEvent(start) }),
    ...(events !== undefined && {
      events: Object.fromEntries(
        Object.entries(events).map(([step, heard]) => [step, new CelEvent(heard)]),
      ),
    }),
  };
}

function whyNot(thrown: unknown): CelValue {
  if (!(thrown instanceof EvaluationError))
    return { kind: "error", reason: "the expression could not be evaluated" };
  if (thrown.code === "no_such_key") return { kind: "missing", reason: thrown.summary };
  if (MISSING.has(thrown.code)) return { kind: "missing", reason: "index out of bounds" };
  // Other messages may quote values of the event.
  return { kind: "error", reason: REASONS[thrown.code] ?? `the expression failed: ${thrown.code}` };
}

const REASONS: Record<string, string> = {
  no_such_overload:
    "an operator or function met a value of a type it does not take (JSON numbers are doubles: write 1.0)",
};

function at(source: string, offset: number, detail: string): string {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return `line ${line}, column ${column}: ${detail}`;
}
