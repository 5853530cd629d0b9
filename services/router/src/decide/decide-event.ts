import type { CatalogSnapshot, CompiledRule, RuleResult } from "@pulsecourier/catalog";
import {
  type Channel,
  type FactError,
  type IdSecret,
  type TemplateDefinition,
  triedInTurn,
  uniqueRecipients,
} from "@pulsecourier/contracts";
import { factError } from "./choose-channels.ts";
import { fanoutOf } from "./fanout-of.ts";
import type { AcceptedEvent } from "../read/event.ts";
import type { RuleOutcome } from "../stores/events-store.ts";
import type { Request } from "../read/request.ts";
import { adhocRequest, againRequest } from "./adhoc-request.ts";
import { pauseOf } from "./pause-of.ts";
import { planFirst, planWorkflow } from "./plan-saga.ts";
import { categoryOf, policyOf } from "./policy-of.ts";
import { servedBy, templateContents } from "./served-contents.ts";

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

function ruleRequest(
  event: AcceptedEvent,
  rule: CompiledRule,
  { recipients, audiences }: RuleResult & { kind: "match" },
  catalog: CatalogSnapshot,
): Request {
  const { definition, name, version } = rule;
  const { template: named, workflow } = definition;
  const template = named === undefined ? undefined : catalog.templates.get(named);
  const asked = definition.category ?? template?.definition.category;
  const served = templateServes(definition.channels, template?.definition);
  return {
    event,
    rule: { name, version },
    template: named !== undefined && template ? { name: named, version: template.version } : null,
    ...(workflow === undefined
      ? { ...served, saga: planFirst(triedInTurn(definition), served.candidates) }
      : planWorkflow(workflow, catalog)),
    ...policyOf(asked ?? categoryOf(workflow, catalog), catalog),
    lane: definition.lane ?? event.lane,
    sandbox: catalog.sandbox,
    settings: catalog.settings,
    sendAt: null,
    expiresAt: null,
    metadata: null,
    attachments: [],
    recipients: uniqueRecipients(recipients, catalog.settings.defaultCountry),
    audiences,
    ...(named !== undefined && template === undefined && { failure: missing(name, named) }),
  };
}

function templateServes(channels: readonly Channel[] | undefined, template?: TemplateDefinition) {
  return servedBy(channels, template ? templateContents(template) : new Map());
}

function missing(rule: string, template: string): FactError {
  const message = `Rule ${rule} names template ${template}, which is not live; PUT it.`;
  return factError("unknown_template", message);
}
