import type { CatalogSnapshot, CompiledRule, RuleResult } from "@pulsecourier/catalog";
import {
  type Channel,
  type FactError,
  type TemplateDefinition,
  triedInTurn,
  uniqueRecipients,
} from "@pulsecourier/contracts";
import { factError } from "./choose-channels.ts";
import type { AcceptedEvent } from "../read/event.ts";
import type { Request } from "../read/request.ts";
import { planFirst, planWorkflow } from "./plan-saga.ts";
import { categoryOf, policyOf } from "./policy-of.ts";
import { servedBy, templateContents } from "./served-contents.ts";

/** What a rule that matches an event asks for. */
export function ruleRequest(
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
