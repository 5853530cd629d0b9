import { CHANNELS, type Channel } from "./channels/index.ts";
import { LANES, LANE_TIERS, TIER_DELAY_MS, type Lane, type Tier } from "./lanes.ts";

/** One row of the topic table. `kind` decides how many partitions it gets. */
export type Topic = {
  name: string;
  kind: "events" | "deliveries" | "retry" | "sagas" | "lifecycle" | "dlq";
  key: string;
  writtenBy: string;
  readBy: string;
};

/** Names of all topics under a prefix (default `pulse`; several platforms can share a cluster). */
export function topicNames(prefix = "pulse") {
  return {
    events: (lane: Lane) => `${prefix}.events.${lane}.v1`,
    deliveries: (channel: Channel, lane: Lane) => `${prefix}.deliveries.${channel}.${lane}.v1`,
    retry: (channel: Channel, lane: Lane, tier: Tier) =>
      `${prefix}.deliveries.${channel}.${lane}.retry.${tier}.v1`,
    sagas: `${prefix}.sagas.v1`,
    lifecycle: `${prefix}.lifecycle.v1`,
    /** Dead letters of a topic; retry tiers share the dead-letter topic of their lane. */
    dlq: (topic: string) => topic.replace(/(\.retry\.[^.]+)?\.v1$/, ".dlq.v1"),
  };
}
export type TopicNames = ReturnType<typeof topicNames>;

/** Topics a channel's sender reads: its lanes, then their retry tiers. */
export function senderTopics(names: TopicNames, channel: Channel): string[] {
  return [
    ...LANES.map((lane) => names.deliveries(channel, lane)),
    ...LANES.flatMap((lane) => LANE_TIERS[lane].map((tier) => names.retry(channel, lane, tier))),
  ];
}

/** The delay of a retry topic in ms; 0 for any other topic. */
export function tierDelayOf(topic: string): number {
  const tier = /\.retry\.([^.]+)\.v1$/.exec(topic)?.[1];
  return tier !== undefined && tier in TIER_DELAY_MS ? TIER_DELAY_MS[tier as Tier] : 0;
}

/** Every topic of the platform, as created and documented. */
export function topicTable(names: TopicNames): Topic[] {
  const table: Topic[] = LANES.map((lane) => ({
    name: names.events(lane),
    kind: "events",
    key: "tenant + subject; without a subject the event id",
    writtenBy: "gateway, upstream services; orchestrator, router",
    readBy: "router",
  }));
  for (const channel of CHANNELS) {
    for (const lane of LANES) {
      const sender = `sender-${channel}`;
      const key = "tenant + recipient";
      const name = names.deliveries(channel, lane);
      table.push({ name, kind: "deliveries", key, writtenBy: "router", readBy: sender });
      for (const tier of LANE_TIERS[lane]) {
        const retry = names.retry(channel, lane, tier);
        table.push({ name: retry, kind: "retry", key, writtenBy: sender, readBy: sender });
      }
    }
  }
  table.push({
    name: names.sagas,
    kind: "sagas",
    key: "saga id",
    writtenBy: "router, tracker, scheduler, gateway",
    readBy: "orchestrator",
  });
  table.push({
    name: names.lifecycle,
    kind: "lifecycle",
    key: "notification id",
    writtenBy: "router, orchestrator, senders, gateway, scheduler",
    readBy: "tracker; anyone",
  });
  for (const { name, kind, readBy } of table.slice()) {
    if (kind === "retry") continue;
    table.push({
      name: names.dlq(name),
      kind: "dlq",
      key: "key of the record",
      writtenBy: readBy.split(";")[0] ?? readBy,
      readBy: "tracker (index); redrive",
    });
  }
  return table;
}
