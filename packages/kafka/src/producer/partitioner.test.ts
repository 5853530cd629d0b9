import fc from "fast-check";
import { Partitioners } from "kafkajs";
import { expect, it } from "vitest";
import { murmur2, partitionOfKey } from "./partitioner.ts";

// From Apache Kafka's UtilsTest.testMurmur2.
it.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("hashes %s as the Java client does", (text, hash) => {
  expect(murmur2(Buffer.from(text)) | 0).toBe(hash);
});

it("picks the partition that kafkajs's Java-compatible partitioner picks", () => {
  const reference = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.integer({ min: 1, max: 50 }),
      (bytes, count) => {
        const key = Buffer.from(bytes);
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionId,
          leader: 1,
          partitionErrorCode: 0,
          replicas: [],
          isr: [],
        }));
        const message = { key, value: null };
        expect(partitionOfKey(key, count)).toBe(
          reference({ topic: "t", partitionMetadata, message }),
        );
      },
    ),
  );
});

it("treats a text key as its UTF-8 bytes", () => {
  expect(partitionOfKey("tenant:zoë", 12)).toBe(partitionOfKey(Buffer.from("tenant:zoë"), 12));
});
