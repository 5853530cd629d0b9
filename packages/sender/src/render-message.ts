import type { Catalog } from "@pulsecourier/catalog";
import {
  type Channel,
  checkContent,
  type DeliveryRecord,
  whyNotCarried,
} from "@pulsecourier/contracts";
import { renderChannel } from "@pulsecourier/templates";
import type { OutgoingMessage } from "./provider.ts";
import type { Preparation, Refusal, SenderOptions } from "./sender-options.ts";

/** A message but for the bytes of its attachments. */
export type RenderedMessage = Omit<OutgoingMessage, "attachments">;
export type Rendered = { ok: true; message: RenderedMessage } | { ok: false; refusal: Refusal };

export type RenderOptions = Pick<SenderOptions, "channel" | "checkAddress" | "checkContent"> & {
  catalog: Pick<Catalog, "template">;
  prepare: ((delivery: DeliveryRecord) => Promise<Preparation> | Preparation) | undefined;
};

/** Makes the message of a delivery to one of its addresses. Rejects only when the catalog cannot be read; a refusal is final. */
export async function renderMessage(
  { delivery, address }: { delivery: DeliveryRecord; address: string },
  o: RenderOptions,
): Promise<Rendered> {
  const refusal = o.checkAddress?.(address);
  if (refusal) return { ok: false, refusal };
  const prepared = await o.prepare?.(delivery);
  const content = await contentOf(delivery, prepared, o);
  if (!content.ok) return content;
  const refused =
    checkLimits(o.channel, content.content) ??
    o.checkContent?.(content.content) ??
    checkAttachments(delivery, content.content);
  if (refused) return { ok: false, refusal: refused };
  const headers = prepared?.headers ?? {};
  return {
    ok: true,
    message: { delivery, address, content: content.content, headers },
  };
}

type Content = { ok: true; content: Record<string, string> } | { ok: false; refusal: Refusal };

async function contentOf(
  delivery: DeliveryRecord,
  prepared: Preparation | undefined,
  o: RenderOptions,
): Promise<Content> {
  const { template: pinned, tenant, data, recipient } = delivery;
  if (pinned === undefined) {
    if (delivery.content !== undefined) return { ok: true, content: delivery.content };
    return {
      ok: false,
      refusal: { code: "content_unusable", detail: "neither a template nor content was given" },
    };
  }
  const template = await o.catalog.template(tenant, pinned.name, pinned.version);
  if (template === null) {
    const detail = `version ${pinned.version} of ${pinned.name} does not exist or does not compile`;
    return { ok: false, refusal: { code: "unknown_template", detail } };
  }
  const result = renderChannel(template, {
    channel: o.channel,
    locale: recipient.locale,
    data,
    recipient,
    extra: prepared?.variables,
  });
  if (result.ok) return { ok: true, content: result.content };
  const { code, detail } = result.error;
  return { ok: false, refusal: { code, detail } };
}

function checkAttachments(
  { channel, attachments = [] }: DeliveryRecord,
  content: Record<string, string>,
): Refusal | null {
  const detail = whyNotCarried(channel, attachments, content);
  return detail === null ? null : { code: "attachments_unusable", detail };
}

function checkLimits(channel: Channel, content: Record<string, string>): Refusal | null {
  const problem = checkContent(channel, content);
  if (problem === null) return null;
  const detail = problem.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
  return { code: problem.code, detail };
}
