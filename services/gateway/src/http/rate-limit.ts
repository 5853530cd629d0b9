import { PulseError } from "@pulsecourier/contracts";
import type { Redis } from "@pulsecourier/redis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Incoming } from "./route.ts";

/** Counts requests per caller and second over all gateways; on its own while Redis is away. */
export type RateLimiter = { consume(caller: string, perSecond: number): Promise<Usage> };
type Usage = { allowed: boolean; remaining: number; resetSeconds: number };

export function createRateLimiter(redis: Redis): RateLimiter {
  const shared = new Map<number, RateLimiterRedis>();
  const local = new Map<number, RateLimiterMemory>();
  const limits = (points: number) => ({ points, duration: 1, keyPrefix: "rate" });
  return {
    async consume(caller, perSecond) {
      const counted = await redis.run((storeClient) => {
        let limiter = shared.get(perSecond);
        if (!limiter) {
          // Once used up, further requests of the same second do not travel to Redis.
          const inMemoryBlockOnConsumed = perSecond + 1;
          limiter = new RateLimiterRedis({
            storeClient,
            inMemoryBlockOnConsumed,
            ...limits(perSecond),
          });
          shared.set(perSecond, limiter);
        }
        return use(limiter, caller);
      });
      if (counted.ok) return counted.value;
      let limiter = local.get(perSecond);
      if (!limiter) local.set(perSecond, (limiter = new RateLimiterMemory(limits(perSecond))));
      return use(limiter, caller);
    },
  };
}

async function use(limiter: RateLimiterRedis | RateLimiterMemory, caller: string): Promise<Usage> {
  try {
    return usage(true, await limiter.consume(caller));
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return usage(false, thrown);
    throw thrown;
  }
}

function usage(allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Usage {
  return {
    allowed,
    remaining: Math.max(0, remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  };
}

/** Takes one request from the caller's share and says so in the RateLimit headers (draft-11); `rate_limited`. */
export async function limitRequests(
  limiter: RateLimiter,
  of: { caller: string; perSecond: number; incoming: Incoming },
): Promise<void> {
  const { allowed, remaining, resetSeconds } = await limiter.consume(of.caller, of.perSecond);
  const headers = of.incoming.replyHeaders;
  headers["ratelimit-policy"] = `"requests";q=${of.perSecond};w=1`;
  headers["ratelimit"] = `"requests";r=${remaining};t=${resetSeconds}`;
  if (allowed) return;
  throw new PulseError("rate_limited", `The limit is ${of.perSecond} requests per second.`, {
    retryAfterSeconds: resetSeconds,
  });
}
