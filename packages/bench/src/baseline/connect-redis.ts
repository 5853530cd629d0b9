import { Redis } from "ioredis";

/** A connection to REDIS_URL as BullMQ wants it. */
export function connectRedis(): Redis {
  return new Redis(process.env["REDIS_URL"] ?? "", {
    maxRetriesPerRequest: null,
    enableAutoPipelining: true,
  });
}
