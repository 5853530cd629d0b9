import { randomUUID } from "node:crypto";
import type { Redis } from "@pulsecourier/redis";
import { repeat } from "@pulsecourier/runtime";
import { z } from "zod";
import type { Account } from "./account.ts";

/** How often instances look what others found out, ms. */
const EVERY_MS = 500;
/** How long after its end a state is kept, ms. */
const KEEP_MS = 600_000;

/** An account as shared; `seen` is the change it last made or took over. */
type Shared = { key: string; account: Account; seen: string; dirty: boolean };

/**
 * Keeps the breakers of the accounts, by the name all instances know each by, the same at every instance: what one finds
 * out is written to Redis at once and read by the others every half second. While Redis is away each goes by what it
 * sees itself, and tells the others afterwards.
 */
export function shareBreakers(
  accounts: ReadonlyMap<string, Account>,
  o: { redis: Redis; onAdopted: () => void },
): { close(): Promise<void> } {
  const shared = [...accounts].map(([id, account]): Shared => ({
    key: `breaker:${id}`,
    account,
    seen: "",
    dirty: false,
  }));
  for (const one of shared) {
    one.account.breaker.onChange(() => {
      one.dirty = true;
      void push(one, o.redis);
    });
  }
  return repeat(async () => {
    await Promise.all(shared.filter(({ dirty }) => dirty).map((one) => push(one, o.redis)));
    if (shared.length > 0 && (await pull(shared, o.redis))) o.onAdopted();
    return EVERY_MS;
  });
}

async function push(one: Shared, redis: Redis): Promise<void> {
  const { openMs, openings } = one.account.breaker.state();
  const change = randomUUID();
  one.seen = change;
  one.dirty = false;
  const args = [change, Math.ceil(openMs), openings, KEEP_MS].map(String);
  const answer = await redis.run((client) => client.eval(PUSH, 1, one.key, ...args));
  if (!answer.ok && one.seen === change) one.dirty = true;
}

const State = z.object({ change: z.string(), until: z.number(), openings: z.number() });

/** Takes over what others found out; true when something was. */
async function pull(shared: readonly Shared[], redis: Redis): Promise<boolean> {
  const before = shared.map(({ seen }) => seen);
  const keys = shared.map(({ key }) => key);
  const answer = await redis.run((client) => client.eval(PULL, keys.length, ...keys));
  if (!answer.ok || !Array.isArray(answer.value)) return false;
  const [now, ...stored]: unknown[] = answer.value;
  let adopted = false;
  for (const [index, one] of shared.entries()) {
    // Our own change was on its way meanwhile: it comes after what was read.
    if (one.dirty || one.seen !== before[index]) continue;
    if (takeOver(one, stored[index], Number(now))) adopted = true;
  }
  return adopted;
}

function takeOver(one: Shared, stored: unknown, now: number): boolean {
  const { breaker } = one.account;
  if (typeof stored !== "string") {
    // Redis lost it: say again what others would not know.
    const { openMs, openings } = breaker.state();
    one.dirty = openMs > 0 || openings > 0;
    return false;
  }
  const { change, until, openings } = State.parse(JSON.parse(stored));
  if (change === one.seen) return false;
  one.seen = change;
  breaker.adopt({ openMs: Math.max(0, until - now), openings });
  return true;
}

const PUSH = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = { change = ARGV[1], ['until'] = now + tonumber(ARGV[2]), openings = tonumber(ARGV[3]) }
redis.call('SET', KEYS[1], cjson.encode(state), 'PX', tonumber(ARGV[2]) + tonumber(ARGV[4]))`;

const PULL = `
local time = redis.call('TIME')
local stored = redis.call('MGET', unpack(KEYS))
table.insert(stored, 1, string.format('%.0f', time[1] * 1000 + time[2] / 1000))
return stored`;
