import { setTimeout as delay } from "node:timers/promises";
import type { Platform } from "@pulsecourier/cli";
import { deliveryId } from "@pulsecourier/contracts";
import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import type { Target } from "./target.ts";

const TENANT = "default";
const PATIENCE_MS = 60_000;

/** A running platform as a target; it looks into the database for the secret of ids and for statuses. */
export async function platformTarget({
  dev,
  instances,
  kill,
}: Platform): Promise<Target & { fsync: string; close: () => Promise<void> }> {
  const db = createDb({ url: dev.database, max: 1, onError: () => undefined });
  const secret = await loadSecret(db, "ids");
  const [setting] = await db.query<{ fsync: string }>("fsync", "show fsync", []);
  const signal = async (name: NodeJS.Signals) => {
    const groups = Object.keys(instances).filter((group) => group !== "simulator");
    await Promise.all(groups.map((group) => kill(group, name)));
  };
  return {
    name: "platform",
    gateway: dev.gateway,
    key: dev.apiKey,
    simulator: dev.simulator,
    fsync: setting?.fsync ?? "unknown",
    deliveryOf: (id, channel) => deliveryId(secret, TENANT, id, channel),
    settled: (ids) => untilSettled(db, ids),
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    close: () => db.close(),
  };
}

/** Waits until the tracker knows the end of all; rejects when it learns of no more of them for a minute. */
async function untilSettled(db: Db, ids: readonly string[]): Promise<void> {
  // Ids begin with the time of acceptance; the smallest bounds the part of the table that is read.
  const first = ids.reduce((least, id) => (id < least ? id : least), ids[0] ?? "");
  let left = -1;
  let since = performance.now();
  while (ids.length > 0) {
    const [row] = await db.query<{ ended: number }>("settled", SETTLED, [TENANT, first]);
    const open = ids.length - (row?.ended ?? 0);
    if (open <= 0) return;
    if (open !== left) since = performance.now();
    if (performance.now() - since > PATIENCE_MS)
      throw new Error(`${open} of ${ids.length} accepted notifications have not ended.`);
    left = open;
    // A large table takes longer to read, and reading it costs what is being measured.
    await delay(Math.min(1_000, 20 + ids.length / 200));
  }
}

const SETTLED = `select count(*)::int as ended from tracking.notifications
  where tenant = $1 and id >= $2::uuid and status not in ('accepted', 'scheduled', 'processing')`;
