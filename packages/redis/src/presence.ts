import type { Redis } from "./redis.ts";

/** Somebody who is connected over the WebSocket. */
export type Owner = { tenant: string; recipient: string };

/** How long somebody counts as connected who is not said to be so again, ms. */
const PRESENT_MS = 45_000;

/** Says that these are connected; to be said again, well before 45 s are over. Redis may be away: then nobody is. */
export async function markPresent(redis: Redis, owners: readonly Owner[]): Promise<void> {
  // Commands of one turn travel together.
  await redis.run((client) =>
    Promise.all(owners.map((owner) => client.set(keyOf(owner), "1", "PX", PRESENT_MS))),
  );
}

/** Says that somebody is not connected here any more; another hub that has them says so again by itself. */
export async function markAbsent(redis: Redis, owner: Owner): Promise<void> {
  await redis.run((client) => client.del(keyOf(owner)));
}

/** Which of these are connected, one command for all; nobody while Redis is away. */
export async function findPresent(
  redis: Redis,
  owners: readonly Owner[],
): Promise<(owner: Owner) => boolean> {
  if (owners.length === 0) return () => false;
  const keys = [...new Set(owners.map(keyOf))];
  const found = await redis.run((client) => client.mget(keys));
  const present = new Set(found.ok ? keys.filter((_, at) => found.value[at] !== null) : []);
  return (owner) => present.has(keyOf(owner));
}

const keyOf = ({ tenant, recipient }: Owner) => `presence:${tenant}:${recipient}`;
