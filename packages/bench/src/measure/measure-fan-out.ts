import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@pulsecourier/db";
import type { Bed } from "../bed.ts";
import { memoryTrends, type MemoryTrend } from "../processes/memory-trend.ts";
import { makeAudience } from "./make-audience.ts";
import type { Progress } from "./simulator-arrivals.ts";
import { ratesOf } from "./windows.ts";

export type FanOut = {
  members: number;
  /** Members a second the audience took from a file. */
  uploadedPerSecond: number;
  /** From the request until every page was written. */
  routedPerSecond: number;
  /** From the request until every member's inbox had its item. */
  endToEndPerSecond: number;
  lost: number;
  duplicated: number;
  refused: number;
  /** Items per second of each `windowSize` of them after another. */
  windowSize: number;
  windowsPerSecond: number[];
  /** Processor time a member, by process. */
  cpuMicros: Record<string, number>;
  memory: Record<string, MemoryTrend>;
};

const WINDOWS = 10;
const PATIENCE_MS = 60_000;

/** One request to an audience of `count` members, in-app: how fast it gets to all, and how the memory holds. */
export async function measureFanOut(bed: Bed, count: number): Promise<FanOut> {
  const { platform, database, watch } = bed;
  const db = createDb({ url: database, max: 1, onError: () => undefined });
  try {
    const audience = await makeAudience(platform, count);
    const before = watch.cpuMicros();
    const startedAt = Date.now();
    const fanout = await send(platform, audience.name);
    const seen = await untilInInboxes(db, `${audience.name}-`, count);
    const doneAt = seen.at(-1)?.at ?? startedAt;
    const cpu = Object.entries(watch.cpuMicros());
    const windowSize = Math.ceil(count / WINDOWS);
    const [end] = await db.query<{ items: number; recipients: number; routed: Date }>(
      "fan-out-end",
      END,
      [`${audience.name}-%`, fanout],
    );
    const perSecond = (until: number) => (count * 1_000) / (until - startedAt);
    return {
      members: count,
      uploadedPerSecond: audience.perSecond,
      routedPerSecond: perSecond(end?.routed.getTime() ?? Number.NaN),
      endToEndPerSecond: perSecond(doneAt),
      lost: count - (end?.recipients ?? 0),
      duplicated: (end?.items ?? 0) - (end?.recipients ?? 0),
      refused: 0,
      windowSize,
      windowsPerSecond: ratesOf(seen, startedAt, windowSize),
      cpuMicros: Object.fromEntries(
        cpu.map(([name, micros]) => [name, (micros - (before[name] ?? 0)) / count]),
      ),
      memory: memoryTrends(watch.samples.filter(({ at }) => at >= startedAt && at <= doneAt)),
    };
  } finally {
    await db.close();
  }
}

const END = `
select count(*)::int as items, count(distinct recipient)::int as recipients,
  (select updated_at from routing.fanouts where id = $2 and status = 'completed') as routed
from inbox.items where tenant = 'default' and recipient like $1`;

async function send({ gateway, key }: Bed["platform"], audience: string): Promise<string> {
  const response = await fetch(`${gateway}/v1/notifications`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      to: { audience },
      channels: ["inapp"],
      content: { title: "The monthly letter", body: "It is out." },
    }),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`The fan-out was refused: ${text}`);
  const { fanouts }: { fanouts: { id: string }[] } = JSON.parse(text);
  return fanouts[0]?.id ?? "";
}

/** Watches until so many inboxes have an item, or nothing new comes for a minute. */
async function untilInInboxes(db: Db, prefix: string, count: number): Promise<Progress[]> {
  const seen: Progress[] = [];
  let grownAt = Date.now();
  for (;;) {
    const [row] = await db.query<{ heads: number }>("fan-out-heads", HEADS, [
      prefix,
      // Behind every recipient with this prefix.
      `${prefix}~`,
    ]);
    const received = row?.heads ?? 0;
    const at = Date.now();
    if (received !== seen.at(-1)?.received) grownAt = at;
    seen.push({ at, received });
    if (received >= count || at - grownAt > PATIENCE_MS) return seen;
    // A large table takes longer to read, and reading it costs what is being measured.
    await delay(Math.min(2_000, 50 + count / 500));
  }
}

const HEADS = `select count(*)::int as heads from inbox.heads
  where tenant = 'default' and recipient >= $1 and recipient < $2`;
