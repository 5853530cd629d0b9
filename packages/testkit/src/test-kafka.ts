import { randomUUID } from "node:crypto";
import { inject } from "vitest";

/** The brokers of this run, and a prefix for topics and groups nobody else uses. */
export function testKafka(): { brokers: string; topicPrefix: string } {
  const { brokers } = inject("testServers");
  return { brokers, topicPrefix: `test-${randomUUID().slice(0, 8)}` };
}
