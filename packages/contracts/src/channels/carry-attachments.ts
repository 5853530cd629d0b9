import { type Channel, channelDefinition } from "./index.ts";
import type { AttachmentInfo, ChannelContent } from "./definition.ts";

/** Why a channel cannot carry these attachments, with the content where it is known; null when it can. */
export function whyNotCarried(
  channel: Channel,
  attachments: readonly AttachmentInfo[],
  content?: ChannelContent,
): string | null {
  if (attachments.length === 0) return null;
  const { refuseAttachments } = channelDefinition(channel);
  return refuseAttachments === undefined
    ? "it carries no attachments"
    : refuseAttachments(attachments, content);
}
