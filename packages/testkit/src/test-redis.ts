import { randomUUID } from "node:crypto";
import { inject } from "vitest";

/** The Redis of this run, and a prefix for keys and channels nobody else uses. */
export function testRedis(): { url: string; prefix: string } {
  const { redisUrl } = inject("testServers");
  return { url: redisUrl, prefix: `test:${randomUUID().slice(0, 8)}:` };
}
