import { table } from "@pulsecourier/cli";
import type { ChannelRow } from "./channel-rows.ts";

/** What each channel came to, for a person; null when none was measured. */
export function channelTable(rows: readonly ChannelRow[]): string | null {
  if (rows.length === 0) return null;
  const header = ["channel", "through", "end to end, /s", "CPU, µs each", "lost", "duplicated"];
  const cells = rows.map(({ channel, through, perSecond, cpuMicros, lost, duplicated }) => [
    channel,
    through,
    whole(perSecond),
    Number.isNaN(cpuMicros) ? "" : whole(cpuMicros),
    whole(lost),
    whole(duplicated),
  ]);
  return table(header, cells, header.slice(2));
}

const whole = (value: number) => Math.round(value).toLocaleString("en");
