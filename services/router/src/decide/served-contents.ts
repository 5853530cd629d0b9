import {
  type AdhocEvent,
  type Channel,
  channelDefinition,
  CHANNELS,
  type FactError,
  type TemplateDefinition,
} from "@pulsecourier/contracts";
import type { Request } from "../read/request.ts";
import { factError } from "./choose-channels.ts";

export type Served = Pick<Request, "candidates" | "named" | "contents" | "failure">;

/** The channels asked for, or all that the contents can serve; a failure when that is none. */
export function servedBy(
  asked: readonly Channel[] | undefined,
  contents: Request["contents"],
): Served {
  const candidates = asked ?? CHANNELS.filter((channel) => contents.has(channel));
  const failure: FactError | null =
    candidates.length === 0 ? factError("no_channel", "The content serves no channel.") : null;
  return { candidates, named: asked !== undefined, contents, failure };
}

/** What a template serves: the sender renders it. */
export function templateContents({ channels, locales }: TemplateDefinition): Request["contents"] {
  const all = [channels, ...Object.values(locales ?? {}).map((locale) => locale.channels)];
  const served = CHANNELS.filter((channel) => all.some((one) => one[channel] !== undefined));
  return new Map(served.map((channel) => [channel, null]));
}

/** What a request's own content serves. */
export function flatContents({ content = {} }: AdhocEvent): Request["contents"] {
  const served = CHANNELS.flatMap((channel): [Channel, Record<string, string>][] => {
    const usable = channelDefinition(channel).contentOf(content);
    return usable === null ? [] : [[channel, usable]];
  });
  return new Map(served);
}
