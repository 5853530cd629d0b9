import { expect, test } from "vitest";
import { senderTopics, tierDelayOf, topicNames, topicTable } from "./topics.ts";

const names = topicNames();

test("names follow the pattern product.thing.lane.version", () => {
  expect(names.events("critical")).toBe("pulse.events.critical.v1");
  expect(names.retry("email", "bulk", "2m")).toBe("pulse.deliveries.email.bulk.retry.2m.v1");
});

test("retry tiers share the dead-letter topic of their lane", () => {
  const dlq = "pulse.deliveries.email.bulk.dlq.v1";
  expect(names.dlq(names.deliveries("email", "bulk"))).toBe(dlq);
  expect(names.dlq(names.retry("email", "bulk", "1h"))).toBe(dlq);
});

test("the table names every topic once, and every sender's topics are in it", () => {
  const table = topicTable(names).map((topic) => topic.name);
  expect(new Set(table).size).toBe(table.length);
  for (const topic of senderTopics(names, "inapp")) expect(table).toContain(topic);
});

test("a retry topic tells its delay", () => {
  expect(tierDelayOf(names.retry("email", "normal", "10m"))).toBe(600_000);
  expect(tierDelayOf(names.deliveries("email", "normal"))).toBe(0);
});
