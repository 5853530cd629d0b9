/** How often each delivery id was accepted, for finding lost and doubled deliveries. */
export type DeliveryCounts = {
  add(deliveryId: string): void;
  readonly unique: number;
  /** Ids counted more than once. */
  readonly duplicates: number;
  /** What did not fit; 0 means the counts are exact. */
  readonly uncounted: number;
  entries(): IterableIterator<[deliveryId: string, count: number]>;
};

export function createDeliveryCounts(maxIds: number): DeliveryCounts {
  const counts = new Map<string, number>();
  let duplicates = 0;
  let uncounted = 0;
  return {
    add(deliveryId) {
      const count = counts.get(deliveryId);
      if (count === undefined && counts.size >= maxIds) {
        uncounted++;
        return;
      }
      if (count === 1) duplicates++;
      counts.set(deliveryId, (count ?? 0) + 1);
    },
    get unique() {
      return counts.size;
    },
    get duplicates() {
      return duplicates;
    },
    get uncounted() {
      return uncounted;
    },
    entries: () => counts.entries(),
  };
}
