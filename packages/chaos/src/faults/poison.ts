import { setTimeout as delay } from "node:timers/promises";
import { CHANNELS, LANES } from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import type { Fault } from "../fault.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

const noHeaders: OutRecord["headers"] = {};
/** Above what any body may have, below what a topic takes. */
const OVERSIZED_BYTES = 1_500_000;
const FOUND_WITHIN_MS = 60_000;

type Poison = Omit<OutRecord, "value" | "key"> & { key: string; value: Buffer | null };

export const poison: Fault = {
  name: "poison",
  what: "random bytes, wrong schemas, null and 1.5 MB between the records of every input topic",
  topology: "single",
  async strike(target, random) {
    const lane = random.pick(LANES);
    const inputs = [
      ...LANES.map((one) => target.topics.events(one)),
      ...CHANNELS.map((channel) => target.topics.deliveries(channel, lane)),
      target.topics.lifecycle,
    ];
    const records = inputs.flatMap((topic) => poisonFor(topic, random));
    for (const record of records) await target.producer.send([record]);
    return { problems: await untilSetAside(records, target), figures: { poison: records.length } };
  },
};

function poisonFor(topic: string, random: Random): Poison[] {
  const values = [
    random.bytes(random.whole(1, 500)),
    Buffer.from(JSON.stringify({ id: random.whole(0, 1e9), deliveries: "none" })),
    Buffer.from('{"unfinished":'),
    null,
    Buffer.alloc(OVERSIZED_BYTES, random.bytes(1)),
  ];
  return values.map((value) => ({
    topic,
    key: `poison-${random.bytes(8).toString("hex")}`,
    value,
    headers: random.next() < 0.5 ? noHeaders : { "ntf-id": random.bytes(20).toString("latin1") },
  }));
}

/** What has not come to be a dead letter with the same bytes, once the time is up. */
async function untilSetAside(records: readonly Poison[], { db }: Target): Promise<string[]> {
  const deadline = performance.now() + FOUND_WITHIN_MS;
  const wanted = new Map(records.map((record) => [record.key, record]));
  for (;;) {
    const rows = await db.kysely
      .selectFrom("tracking.dead_letters")
      .select(["key", "value", "origin_topic"])
      .where(
        "key",
        "in",
        [...wanted.keys()].map((key) => Buffer.from(key)),
      )
      .execute();
    for (const row of rows) {
      const record = wanted.get(String(row.key));
      const same = record && row.origin_topic === record.topic && isSame(row.value, record.value);
      if (same) wanted.delete(record.key);
    }
    if (wanted.size === 0) return [];
    if (performance.now() > deadline) return [...wanted.values()].map(missing);
    await delay(100);
  }
}

const isSame = (a: Buffer | null, b: Buffer | null) =>
  a === null || b === null ? a === b : a.equals(b);

const missing = ({ topic, key, value }: Poison) =>
  `no dead letter with the same bytes: ${key} of ${topic}, ${value?.length ?? "null"} bytes`;
