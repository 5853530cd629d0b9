import type { CatalogSnapshot, CompiledRule } from "@pulsecourier/catalog";
import type { IdSecret } from "@pulsecourier/contracts";
import { fanoutOf } from "./fanout-of.ts";
import type { AcceptedEvent } from "../read/event.ts";
import type { RuleOutcome } from "../stores/events-store.ts";
import type { Request } from "../read/request.ts";
import { adhocRequest, againRequest } from "./adhoc-request.ts";
import { pauseOf } from "./pause-of.ts";
import { ruleRequest } from "./rule-request.ts";

/** What comes of an event: requests to carry out, and what each rule for its type said. */
export type Decision = {
  requests: Request[];
  rules: RuleOutcome[];
  /** Paused rules that decide later, with their pauses. */
  waiting: { rule: string; pause: string }[];
};

/** Applies the rules of the catalog, or takes the ad-hoc request as it is. */
export function decideEvent(
  event: AcceptedEvent,
  catalog: CatalogSnapshot,
  secret: IdSecret,
): Decision {
  const none = { rules: [], waiting: [] };
  if (event.adhoc !== null) {
    return { ...none, requests: [adhocRequest(event, event.adhoc, catalog)] };
  }
  const again = event.wave ?? event.held;
  if (again !== null) return { ...none, requests: [againRequest(event, again, catalog)] };
  const decision: Decision = { requests: [], rules: [], waiting: [] };
  for (const rule of catalog.rules) {
    if (rule.matchesType(event.type)) applyRule(event, rule, { catalog, secret, decision });
  }
  return decision;
}

type Applied = { catalog: CatalogSnapshot; secret: IdSecret; decision: Decision };

/** Adds to a decision what a rule for the event's type says, or that it is paused. */
export function applyRule(
  event: AcceptedEvent,
  rule: CompiledRule,
  { catalog, secret, decision }: Applied,
): void {
  const { name, version } = rule;
  const pause = pauseOf(rule, catalog);
  if (pause !== null) {
    const result = pause.events === "wait" ? "waiting" : "no_match";
    decision.rules.push({ rule: name, version, result, reasons: ["paused"] });
    if (result === "waiting") decision.waiting.push({ rule: name, pause: pause.id });
    return;
  }
  const result = rule.evaluate(event);
  const about = { rule: name, version, result: result.kind };
  if (result.kind === "error") {
    const { code, message } = result.error;
    decision.rules.push({ ...about, error: { code, message } });
    return;
  }
  const reasons = result.reasons.length > 0 ? { reasons: result.reasons } : {};
  if (result.kind === "no_match") {
    decision.rules.push({ ...about, ...reasons });
    return;
  }
  const request = ruleRequest(event, rule, result, catalog);
  const fanouts = result.audiences.map((audience) => ({
    id: fanoutOf(secret, request, audience),
    audience,
  }));
  const recipients = request.recipients.size;
  decision.rules.push({
    ...about,
    recipients,
    ...(fanouts.length > 0 && { fanouts }),
    ...reasons,
  });
  decision.requests.push(request);
}
