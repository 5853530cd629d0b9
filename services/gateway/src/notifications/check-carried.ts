import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  type AdhocEvent,
  type AttachmentRef,
  type Channel,
  channelDefinition,
  CHANNELS,
  PulseError,
  whyNotCarried,
} from "@pulsecourier/contracts";

/**
 * Refuses attachments that would reach nobody. Channels the request names must all be able to carry them; otherwise one
 * will do, and the others go without.
 */
export function checkCarried(
  event: AdhocEvent,
  attachments: readonly AttachmentRef[],
  { snapshot, at }: { snapshot: CatalogSnapshot; at: string },
): void {
  const { channels, content = {} } = event;
  const asked = channels ?? servedBy(event, snapshot);
  const refusals = asked.flatMap((channel) => {
    const own = channelDefinition(channel).contentOf(content) ?? {};
    const why = whyNotCarried(channel, attachments, own);
    return why === null ? [] : [`${channel}: ${why}`];
  });
  const carried = asked.length - refusals.length;
  if (refusals.length === 0 || (channels === undefined && carried > 0)) return;
  const pointer = `${at}/attachments`;
  throw new PulseError("attachments_unusable", `${refusals.join("; ")}.`, {
    problems: refusals.map((detail) => ({ pointer, detail })),
  });
}

/** Channels a request without any is sent through. */
function servedBy({ template, content = {} }: AdhocEvent, { templates }: CatalogSnapshot) {
  const definition = template && templates.get(template.name)?.definition;
  return CHANNELS.filter((channel: Channel) =>
    definition === undefined
      ? channelDefinition(channel).contentOf(content) !== null
      : definition.channels[channel] !== undefined,
  );
}
