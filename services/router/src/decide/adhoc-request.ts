import type { CatalogSnapshot } from "@pulsecourier/catalog";
import { type AdhocEvent, uniqueRecipients, type WaveRequest } from "@pulsecourier/contracts";
import type { AcceptedEvent } from "../read/event.ts";
import type { Request } from "../read/request.ts";
import { planFirst, planWorkflow } from "./plan-saga.ts";
import { categoryOf, policyOf } from "./policy-of.ts";
import { flatContents, servedBy, templateContents } from "./served-contents.ts";

/** The request an event carries. */
export function adhocRequest(
  event: AcceptedEvent,
  adhoc: AdhocEvent,
  catalog: CatalogSnapshot,
): Request {
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
    settings: catalog.settings,
    sendAt: adhoc.sendAt ?? null,
    expiresAt: adhoc.expiresAt ?? null,
    metadata: adhoc.metadata ?? null,
    attachments: adhoc.attachments ?? [],
    recipients: uniqueRecipients(adhoc.to),
    audiences: adhoc.audiences ?? [],
  };
}

/** A wave of a saga, or what was held, is its request again, through the channels it names. */
export function againRequest(
  event: AcceptedEvent,
  again: Pick<WaveRequest, "channels" | "template" | "request" | "correction">,
  catalog: CatalogSnapshot,
): Request {
  const { summary, recipient, data } = again.request;
  const { category, lane, metadata, rule } = summary;
  const { template, content, attachments, expiresAt } = said(again);
  const asked: AdhocEvent = {
    to: [recipient],
    channels: again.channels,
    ...(template && { template }),
    ...(content && { content }),
    ...(attachments && { attachments }),
    data,
    ...(category !== null && { category }),
    lane,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(metadata && { metadata }),
  };
  return { ...adhocRequest(event, asked, catalog), rule: rule ?? null };
}

/** What a correction says is its own, and said however late. */
function said({
  template,
  request,
  correction,
}: Pick<WaveRequest, "template" | "request" | "correction">) {
  if (correction !== undefined) return { template, content: correction.content };
  const { summary, content, attachments } = request;
  return {
    template: template ?? summary.template,
    content,
    attachments,
    expiresAt: summary.expiresAt,
  };
}
