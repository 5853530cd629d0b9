export { createFanout, type Fanout, type FanoutOptions } from "./fanout.ts";
export { findPresent, markAbsent, markPresent, type Owner } from "./presence.ts";
export { createRedis, type Redis, type RedisOptions, type RedisResult } from "./redis.ts";
