const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** MurmurHash2 as Kafka's Java client computes it: 32 bit, unsigned. */
export function murmur2(bytes: Buffer): number {
  const whole = bytes.length & ~3;
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const rest = bytes.length - whole;
  if (rest >= 3) hash ^= bytes.readUInt8(whole + 2) << 16;
  if (rest >= 2) hash ^= bytes.readUInt8(whole + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ bytes.readUInt8(whole), MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * The partition of a key, the one every client with Kafka's default partitioner picks, so that
 * records from other producers meet ours on the same partition.
 */
export function partitionOfKey(key: string | Buffer, partitions: number): number {
  const bytes = typeof key === "string" ? Buffer.from(key) : key;
  return (murmur2(bytes) & 0x7fffffff) % partitions;
}
