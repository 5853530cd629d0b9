import { type Channel, CHANNELS } from "@pulsecourier/contracts";
import type { Figures } from "../measure/measure-all.ts";
import type { Throughput } from "../measure/measure-throughput.ts";
import { median } from "../measure/percentile.ts";

/** What a channel's runs in batches came to: medians, and all that was lost or duplicated. */
export type ChannelRow = {
  channel: Channel;
  /** The providers that took the messages, by their names. */
  through: string;
  perSecond: number;
  /** Processor time a notification in all processes, load and simulator included; NaN where there is no /proc. */
  cpuMicros: number;
  lost: number;
  duplicated: number;
};

/** A row for each channel that was measured. */
export function channelRows({ runs, others }: Pick<Figures, "runs" | "others">): ChannelRow[] {
  const all: Partial<Record<Channel, Throughput[]>> = {
    ...others,
    email: runs.platform.batch,
    inapp: runs.platform.inapp,
  };
  return CHANNELS.flatMap((channel) => {
    const measured = all[channel] ?? [];
    return measured.length === 0 ? [] : [rowOf(channel, measured)];
  });
}

function rowOf(channel: Channel, measured: readonly Throughput[]): ChannelRow {
  const providers = new Set(measured.flatMap(({ providers: taken }) => Object.keys(taken)));
  return {
    channel,
    through: channel === "inapp" ? "sockets" : [...providers].join(", "),
    perSecond: median(measured.map((run) => run.endToEndPerSecond)),
    cpuMicros: median(measured.map(({ cpuMicros }) => cpuOf(cpuMicros))),
    lost: sum(measured.map(({ lost }) => lost)),
    duplicated: sum(measured.map(({ duplicated }) => duplicated)),
  };
}

function cpuOf(byProcess: Readonly<Record<string, number>>): number {
  const values = Object.values(byProcess);
  return values.length === 0 ? Number.NaN : sum(values);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
