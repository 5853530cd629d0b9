import type { CatalogSnapshot, CompiledRule } from "@pulsecourier/catalog";
import {
  type AdhocEvent,
  CategoryDefinition,
  type InlineRecipient,
  uniqueRecipients,
} from "@pulsecourier/contracts";
import { factError } from "./choose-channels.ts";
import type { AcceptedEvent } from "../read/event.ts";
import type { RuleOutcome } from "../stores/events-store.ts";
import type { Request } from "../read/request.ts";
import { flatContents, servedBy, templateContents } from "./served-contents.ts";

/** What comes of an event: requests to carry out, and what each rule for its type said. */
export type Decision = { requests: Request[]; rules: RuleOutcome[] };

/** Applies the rules of the catalog, or takes the ad-hoc request as it is. */
export function decideEvent(event: AcceptedEvent, catalog: CatalogSnapshot): Decision {
  if (event.adhoc !== null) {
    return { requests: [adhocRequest(event, event.adhoc, catalog)], rules: [] };
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
  const { definition } = rule;
  const template = catalog.templates.get(definition.template);
  const missing = `Rule ${rule.name} names template ${definition.template}, which is not live; PUT it.`;
  const category = definition.category ?? template?.definition.category ?? null;
  return {
    event,
    rule: { name: rule.name, version: rule.version },
    template: template ? { name: definition.template, version: template.version } : null,
    ...servedBy(definition.channels, template ? templateContents(template.definition) : new Map()),
    ...policyOf(category, catalog),
    lane: definition.lane ?? event.lane,
    sandbox: catalog.sandbox,
    settings: catalog.settings,
    sendAt: null,
    expiresAt: null,
    metadata: null,
    attachments: [],
    recipients: uniqueRecipients(recipients, catalog.settings.defaultCountry),
    ...(template === undefined && { failure: factError("unknown_template", missing) }),
  };
}

function adhocRequest(event: AcceptedEvent, adhoc: AdhocEvent, catalog: CatalogSnapshot): Request {
  const template = adhoc.template && catalog.templates.get(adhoc.template.name);
  // The gateway looked the template up; what it pinned is rendered even when it is live no more.
  const pinned = adhoc.template && new Map(adhoc.channels?.map((channel) => [channel, null]));
  const contents = template ? templateContents(template.definition) : pinned;
  return {
    event,
    rule: null,
    template: adhoc.template ?? null,
    ...servedBy(adhoc.channels, contents ?? flatContents(adhoc)),
    ...policyOf(adhoc.category ?? template?.definition.category ?? null, catalog),
    lane: adhoc.lane,
    sandbox: catalog.sandbox,
    settings: catalog.settings,
    sendAt: adhoc.sendAt ?? null,
    expiresAt: adhoc.expiresAt ?? null,
    metadata: adhoc.metadata ?? null,
    attachments: adhoc.attachments ?? [],
    recipients: uniqueRecipients(adhoc.to),
  };
}

const defaultPolicy = CategoryDefinition.parse({});

function policyOf(category: string | null, { categories }: CatalogSnapshot) {
  const declared = category === null ? undefined : categories.get(category);
  return { category, policy: declared ?? defaultPolicy };
}
