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
    orchestrator: [topics.sagas],
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
  const [rows] = await db.query<{
    outbox: number;
    sagaOutbox: number;
    timers: number;
    reserved: number;
  }>("chaos-left-over", LEFT_OVER, [topics.sagas]);
  return {
    ...Object.fromEntries(await Promise.all(lags)),
    outbox: rows?.outbox ?? 0,
    "outbox of sagas": rows?.sagaOutbox ?? 0,
    timers: rows?.timers ?? 0,
    reserved: rows?.reserved ?? 0,
  };
}

// The timers of a saga that has ended before them stay until they are due, and do nothing.
const LEFT_OVER = `
select (select count(*) from gateway.outbox)::int as outbox,
  (select count(*) from saga.outbox)::int as "sagaOutbox",
  (select count(*) from schedule.timers t where t.topic <> $1 or not exists (
    select from saga.instances i where i.id::text = t.key and i.outcome is not null))::int as timers,
  ((select count(*) from saga.reservations) + (select count(*) from saga.budgets where reserved <> 0))::int as reserved`;

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
