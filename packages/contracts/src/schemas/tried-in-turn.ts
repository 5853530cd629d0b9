import type { z } from "zod";
import type { ChannelName } from "../channels/index.ts";
import { DEFAULT_WITHIN, type Until } from "./until.ts";

type Asked = {
  strategy?: "all" | "first" | undefined;
  channels?: readonly z.infer<typeof ChannelName>[] | undefined;
  until?: Until | undefined;
  within?: string | undefined;
};

/** Adds what is wrong with a request or rule as to `strategy: "first"`. */
export function checkTriedInTurn({ value, issues }: z.core.ParsePayload<Asked>): void {
  const { strategy, channels, until, within } = value;
  const add = (path: string, message: string) =>
    issues.push({ code: "custom", path: [path], message, input: value });
  if (strategy === "first") {
    if (channels === undefined)
      add("channels", "`first` needs the channels in the order they are tried");
    return;
  }
  const message = "goes with `strategy: first` only";
  if (until !== undefined) add("until", message);
  if (within !== undefined) add("within", message);
}

/** What `strategy: "first"` asks for, defaults filled in; undefined for any other strategy. */
export function triedInTurn({ strategy, until = "sent", within = DEFAULT_WITHIN }: Asked) {
  return strategy === "first" ? { until, within } : undefined;
}
