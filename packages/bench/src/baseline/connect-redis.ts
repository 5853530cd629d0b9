import { Redis } from "ioredis";

/** A connection to REDIS_URL as BullMQ wants it. */
export const connectRedis = (): Redis =>
  new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: null });
