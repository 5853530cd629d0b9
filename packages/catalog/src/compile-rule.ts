import {
  ERRORS,
  type FactError,
  MAX_AUDIENCES,
  MAX_RECIPIENTS,
  type Problem,
  type RuleDefinition,
} from "@pulsecourier/contracts";
import { type CelExpression, compileCel } from "./cel.ts";
import { readRecipients } from "./read-recipients.ts";
import type { CompiledRule, RuleEvent, RuleResult } from "./rule.ts";

type Expression = Extract<CelExpression<RuleEvent>, { ok: true }>;

/** Compiles a rule; each problem points at the field and says line and column inside the expression. */
export function compileRule(
  name: string,
  version: number,
  definition: RuleDefinition,
): { ok: true; rule: CompiledRule } | { ok: false; problems: Problem[] } {
  const problems: Problem[] = [];
  const compile = (source: string, pointer: string, fits: Fits): Expression[] => {
    const compiled = compileCel(source);
    const detail = compiled.ok ? fits(compiled.type) : compiled.detail;
    if (detail !== null) problems.push({ pointer, detail });
    return compiled.ok ? [compiled] : [];
  };
  const star = definition.on.indexOf("*");
  if (star !== -1 && star !== definition.on.length - 1) {
    problems.push({ pointer: "/on", detail: "`*` may only stand at the end" });
  }
  const [when] =
    definition.when === undefined ? [] : compile(definition.when, "/when", isCondition);
  const recipients = definition.recipients.flatMap((source, index) =>
    compile(source, `/recipients/${index}`, isRecipients),
  );
  if (problems.length > 0) return { ok: false, problems };
  const evaluate = (event: RuleEvent): RuleResult => {
    try {
      return evaluateRule(when, recipients, event);
    } catch {
      return ruleFailed("the event's data is nested too deep");
    }
  };
  return {
    ok: true,
    rule: { name, version, definition, matchesType: typeMatcher(definition.on), evaluate },
  };
}

/** A stored rule that no longer compiles: it fails on every event of its type instead of hiding the others. */
export function brokenRule(
  name: string,
  version: number,
  definition: RuleDefinition,
  detail: string,
): CompiledRule {
  const evaluate = () => ruleFailed(detail);
  return { name, version, definition, matchesType: typeMatcher(definition.on), evaluate };
}

type Fits = (type: string) => string | null;
const isCondition: Fits = (type) =>
  type === "bool" || type === "dyn" ? null : `gives ${type}; a condition gives true or false`;
const isRecipients: Fits = (type) =>
  /^(dyn|string|int|list|map|Audience)\b/.test(type)
    ? null
    : `gives ${type}; it must give a recipient id, an inline recipient, an audience, or a list of them`;

function typeMatcher(on: string): (type: string) => boolean {
  if (!on.endsWith("*")) return (type) => type === on;
  const prefix = on.slice(0, -1);
  return (type) => type.startsWith(prefix);
}

function evaluateRule(
  when: Expression | undefined,
  expressions: Expression[],
  event: RuleEvent,
): RuleResult {
  const condition = when?.run(event) ?? { kind: "value", value: true };
  if (condition.kind === "missing")
    return { kind: "no_match", reasons: [`when: ${condition.reason}`] };
  if (condition.kind === "error") return ruleFailed(`when: ${condition.reason}`);
  if (condition.value === false) return { kind: "no_match", reasons: [] };
  if (condition.value !== true) return ruleFailed("when: gives something else than true or false");
  const match: RuleResult = { kind: "match", recipients: [], audiences: [], reasons: [] };
  for (const [index, expression] of expressions.entries()) {
    const place = `recipients[${index}]`;
    const result = expression.run(event);
    if (result.kind === "error") return ruleFailed(`${place}: ${result.reason}`);
    if (result.kind === "missing") {
      match.reasons.push(`${place}: ${result.reason}`);
      continue;
    }
    if (Array.isArray(result.value) && result.value.length > MAX_RECIPIENTS)
      return tooMany(result.value.length);
    const read = readRecipients(result.value);
    match.recipients.push(...read.recipients);
    match.audiences.push(...read.audiences);
    match.reasons.push(...read.reasons.map((reason) => `${place}: ${reason}`));
  }
  if (match.recipients.length > MAX_RECIPIENTS) return tooMany(match.recipients.length);
  match.audiences = [...new Set(match.audiences)];
  if (match.audiences.length > MAX_AUDIENCES) {
    return ruleFailed(
      `recipients: ${match.audiences.length} audiences; at most ${MAX_AUDIENCES} per event`,
    );
  }
  const isNobody = match.recipients.length + match.audiences.length === 0;
  return isNobody ? { kind: "no_match", reasons: match.reasons } : match;
}

function tooMany(count: number): RuleResult {
  return ruleFailed(`recipients: ${count} of them; at most ${MAX_RECIPIENTS} per event`);
}

function ruleFailed(message: string): RuleResult {
  const error: FactError = { code: "rule_failed", class: ERRORS.rule_failed.class, message };
  return { kind: "error", error };
}
