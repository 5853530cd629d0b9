/** The last `capacity` items. */
export type Ring<T> = { push(item: T): void; newestFirst(): Generator<T> };

export function createRing<T>(capacity: number): Ring<T> {
  const items: T[] = [];
  let next = 0;
  return {
    push(item) {
      items[next] = item;
      next = (next + 1) % capacity;
    },
    *newestFirst() {
      for (let age = 1; age <= items.length; age++) {
        const item = items[(next - age + items.length) % items.length];
        if (item !== undefined) yield item;
      }
    },
  };
}
