export { createBreakableProxy } from "./breakable-proxy.ts";
export { eventually } from "./eventually.ts";
export { testDatabase } from "./test-database.ts";
export { testKafka } from "./test-kafka.ts";
export { testRedis } from "./test-redis.ts";
