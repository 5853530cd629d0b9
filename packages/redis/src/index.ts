export { createFanout, type Fanout, type FanoutOptions } from "./fanout.ts";
export { createRedis, type Redis, type RedisOptions, type RedisResult } from "./redis.ts";
