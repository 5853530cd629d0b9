import {
  CHANNELS,
  LANES,
  senderTopics,
  type TopicNames,
  topicTable,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Admin } from "kafkajs";

export type BacklogSources = { db: Db; admin: Admin; topics: TopicNames; topicPrefix: string };

/** What is written and not worked off, by consumer group and table. */
export async function readBacklog(o: BacklogSources): Promise<Record<string, number>> {
  const { db, admin, topics, topicPrefix } = o;
  const dlqs = topicTable(topics).filter(({ kind }) => kind === "dlq");
  const groups: Record<string, string[]> = {
    router: LANES.map((lane) => topics.events(lane)),
    tracker: [topics.lifecycle, ...dlqs.map(({ name }) => name)],
    ...Object.fromEntries(
      CHANNELS.map((channel) => [`sender-${channel}`, senderTopics(topics, channel)]),
    ),
  };
  const lags = Object.entries(groups).map(async ([name, read]) => [
    `lag of ${name}`,
    await lagOf(admin, `${topicPrefix}.${name}`, read),
  ]);
  const rows = (table: "gateway.outbox" | "schedule.timers") =>
    db.kysely
      .selectFrom(table)
      .select((of) => of.fn.countAll<string>().as("count"))
      .executeTakeFirstOrThrow()
      .then(({ count }) => Number(count));
  return {
    ...Object.fromEntries(await Promise.all(lags)),
    outbox: await rows("gateway.outbox"),
    timers: await rows("schedule.timers"),
  };
}

/** Records between what the group has committed and the end. */
async function lagOf(admin: Admin, groupId: string, topics: string[]): Promise<number> {
  const committed = await admin.fetchOffsets({ groupId, topics });
  const lags = committed.map(async ({ topic, partitions }) => {
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.reduce((sum, { partition, high, low }) => {
      const at = partitions.find((one) => one.partition === partition)?.offset ?? "-1";
      return sum + Number(high) - (at === "-1" ? Number(low) : Number(at));
    }, 0);
  });
  return (await Promise.all(lags)).reduce((sum, lag) => sum + lag, 0);
}
