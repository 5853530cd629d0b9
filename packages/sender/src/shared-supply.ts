import type { Redis } from "@pulsecourier/redis";
import { BURST_MS, createLocalBucket, type Lease, type TokenSupply } from "./token-supply.ts";

/** After a failure tokens are local for this long, ms, before Redis is asked again. */
const AWAY_MS = 1_000;
/** An instance that has not asked for this long does not count any more, ms. */
const GONE_AFTER_MS = 10_000;

/**
 * One token bucket for all instances, by Redis' clock, in two keys: the bucket, and the instances that draw from it.
 * While Redis is away each instance keeps to its share of the rate, by the number of instances last seen.
 */
export function createSharedSupply(o: {
  redis: Redis;
  /** Names the account among all. */
  account: string;
  instance: string;
  perSecond: number;
}): TokenSupply {
  const { redis, account, instance, perSecond } = o;
  const members = `pace:${account}:instances`;
  const keys = [`pace:${account}:bucket`, members];
  const burst = Math.max(1, (perSecond * BURST_MS) / 1_000);
  const local = createLocalBucket();
  let instances = 1;
  let awayUntil = 0;

  return {
    async lease(wanted) {
      if (performance.now() >= awayUntil) {
        const args = [perSecond, burst, wanted, instance, GONE_AFTER_MS];
        const answer = await redis.run((client) =>
          client.eval(LEASE, keys.length, ...keys, ...args.map(String)),
        );
        const lease = answer.ok ? readLease(answer.value) : null;
        if (lease !== null) {
          ({ instances } = lease);
          return lease;
        }
        awayUntil = performance.now() + AWAY_MS;
      }
      return { ...local(wanted, perSecond / instances), instances };
    },
    async leave() {
      // What Redis does not hear now is forgotten after a while.
      await redis.run((client) => client.zrem(members, instance));
    },
  };
}

function readLease(value: unknown): Lease | null {
  if (!Array.isArray(value)) return null;
  const [granted, retryMs, instances] = value.map(Number);
  if (granted === undefined || retryMs === undefined || instances === undefined) return null;
  return { granted, retryMs, instances: Math.max(1, instances) };
}

const LEASE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local gone = tonumber(ARGV[5])
redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - gone))
redis.call('PEXPIRE', KEYS[2], gone)
local stored = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if stored[1] then
  local since = math.max(0, now - tonumber(stored[2]))
  tokens = math.min(burst, tonumber(stored[1]) + since * rate / 1000)
end
local granted = math.min(wanted, math.floor(tokens))
tokens = tokens - granted
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * 1000 / rate) + 1000)
local retry = 0
if granted < wanted then
  retry = math.ceil((math.min(wanted - granted, burst) - tokens) * 1000 / rate)
end
return {granted, retry, redis.call('ZCARD', KEYS[2])}`;
