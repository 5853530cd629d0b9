import type { CatalogSnapshot, CompiledRule } from "@pulsecourier/catalog";
import {
  type AdhocEvent,
  CategoryDefinition,
  type Channel,
  channelDefinition,
  CHANNELS,
  type FactError,
  type InlineRecipient,
  type TemplateDefinition,
  triedInTurn,
  uniqueRecipients,
  type WaveRequest,
} from "@pulsecourier/contracts";
import { factError } from "./choose-channels.ts";
import type { AcceptedEvent } from "../read/event.ts";
import type { RuleOutcome } from "../stores/events-store.ts";
import type { Request } from "../read/request.ts";
import { planFirst, planWorkflow } from "./plan-saga.ts";
import { servedBy } from "./served-by.ts";

/** What comes of an event: requests to carry out, and what each rule for its type said. */
export type Decision = { requests: Request[]; rules: RuleOutcome[] };

/** Applies the rules of the catalog, or takes the ad-hoc request as it is. */
export function decideEvent(event: AcceptedEvent, catalog: CatalogSnapshot): Decision {
  if (event.adhoc !== null) {
    return { requests: [adhocRequest(event, event.adhoc, catalog)], rules: [] };
  }
  if (event.wave !== null) {
    return { requests: [waveRequest(event, event.wave, catalog)], rules: [] };
  }
  const decision: Decision = { requests: [], rules: [] };
  for (const rule of catalog.rules) {
    if (!rule.matchesType(event.type)) continue;
    const result = rule.evaluate(event);
    const about = { rule: rule.name, version: rule.version, result: result.kind };
    if (result.kind === "error") {
      const { code, message } = result.error;
      decision.rules.push({ ...about, error: { code, message } });
      continue;
    }
    const reasons = result.reasons.length > 0 ? { reasons: result.reasons } : {};
    if (result.kind === "no_match") {
      decision.rules.push({ ...about, ...reasons });
      continue;
    }
    const request = ruleRequest(event, rule, result.recipients, catalog);
    decision.rules.push({ ...about, recipients: request.recipients.size, ...reasons });
    decision.requests.push(request);
  }
  return decision;
}

function ruleRequest(
  event: AcceptedEvent,
  rule: CompiledRule,
  recipients: (string | InlineRecipient)[],
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
    sendAt: null,
    expiresAt: null,
    metadata: null,
    recipients: uniqueRecipients(recipients),
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

function adhocRequest(event: AcceptedEvent, adhoc: AdhocEvent, catalog: CatalogSnapshot): Request {
  const template = adhoc.template && catalog.templates.get(adhoc.template.name);
  // The gateway looked the template up; what it pinned is rendered even when it is live no more.
  const pinned = adhoc.template && new Map(adhoc.channels?.map((channel) => [channel, null]));
  const contents = template ? templateContents(template.definition) : pinned;
  const served = servedBy(adhoc.channels, contents ?? flatContents(adhoc));
  const workflow = adhoc.workflow?.name;
  const asked = adhoc.category ?? template?.definition.category;
  return {
    event,
    rule: null,
    template: adhoc.template ?? null,
    ...(workflow === undefined
      ? { ...served, saga: planFirst(adhoc.first, served.candidates) }
      : planWorkflow(workflow, catalog)),
    ...policyOf(asked ?? categoryOf(workflow, catalog), catalog),
    lane: adhoc.lane,
    sandbox: catalog.sandbox,
    sendAt: adhoc.sendAt ?? null,
    expiresAt: adhoc.expiresAt ?? null,
    metadata: adhoc.metadata ?? null,
    recipients: uniqueRecipients(adhoc.to),
  };
}

function categoryOf(workflow: string | undefined, catalog: CatalogSnapshot): string | null {
  if (workflow === undefined) return null;
  return catalog.workflows.get(workflow)?.definition.category ?? null;
}

/** A wave of a saga is its request again, through the wave's channels. */
function waveRequest(event: AcceptedEvent, wave: WaveRequest, catalog: CatalogSnapshot): Request {
  const { summary, recipient, content, data } = wave.request;
  const template = wave.template ?? summary.template;
  const { category, lane, expiresAt, metadata, rule } = summary;
  const asked: AdhocEvent = {
    to: [recipient],
    channels: wave.channels,
    ...(template && { template }),
    ...(content && { content }),
    data,
    ...(category !== null && { category }),
    lane,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(metadata && { metadata }),
  };
  return { ...adhocRequest(event, asked, catalog), rule: rule ?? null };
}

function templateContents({ channels, locales }: TemplateDefinition): Request["contents"] {
  const all = [channels, ...Object.values(locales ?? {}).map((locale) => locale.channels)];
  const served = CHANNELS.filter((channel) => all.some((one) => one[channel] !== undefined));
  return new Map(served.map((channel) => [channel, null]));
}

function flatContents({ content = {} }: AdhocEvent): Request["contents"] {
  const served = CHANNELS.flatMap((channel): [Channel, Record<string, string>][] => {
    const usable = channelDefinition(channel).contentOf(content);
    return usable === null ? [] : [[channel, usable]];
  });
  return new Map(served);
}

const defaultPolicy = CategoryDefinition.parse({});

function policyOf(category: string | null, { categories }: CatalogSnapshot) {
  const declared = category === null ? undefined : categories.get(category);
  return { category, policy: declared ?? defaultPolicy };
}
