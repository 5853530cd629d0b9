/**
 * Turns many calls into few: while one batch is under way the next gathers, at most `max` items a time. A call
 * resolves when its batch has been written, and rejects with the batch's error.
 */
export function createBatcher<Item>(
  max: number,
  write: (items: readonly Item[]) => Promise<unknown>,
): (item: Item) => Promise<void> {
  type Waiting = { item: Item; resolve: () => void; reject: (error: unknown) => void };
  let gathering: Waiting[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    busy = true;
    while (gathering.length > 0) {
      const batch = gathering.slice(0, max);
      gathering = gathering.slice(max);
      try {
        await write(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      gathering.push({ item, resolve, reject });
      // The calls of one wave come in one turn: start after it, so that they travel together.
      if (!busy) {
        busy = true;
        setImmediate(() => void drain());
      }
    });
}
