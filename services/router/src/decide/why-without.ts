import { type Channel, whyNotCarried } from "@pulsecourier/contracts";
import type { Request } from "../read/request.ts";

/** Why the channel goes without the request's attachments; null when it carries them, or there are none. */
export function whyWithout({ attachments, contents }: Request, channel: Channel): string | null {
  return whyNotCarried(channel, attachments, contents.get(channel) ?? {});
}
