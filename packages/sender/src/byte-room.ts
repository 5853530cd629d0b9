/** Room for so many bytes, shared by all calls; who comes first is let in first. */
export function createByteRoom(capacity: number) {
  const waiting: { bytes: number; enter: () => void }[] = [];
  let taken = 0;

  // What is larger than all of the room enters when nobody else is in it.
  const fits = (bytes: number) => taken === 0 || taken + bytes <= capacity;

  function admit(): void {
    for (let next = waiting[0]; next !== undefined && fits(next.bytes); next = waiting[0]) {
      waiting.shift();
      next.enter();
    }
  }

  return {
    /** True once the bytes are taken, false when they were not within `patienceMs`. */
    take(bytes: number, patienceMs: number): Promise<boolean> {
      if (waiting.length === 0 && fits(bytes)) {
        taken += bytes;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(one), 1);
          resolve(false);
          // Who stood behind may be smaller.
          admit();
        };
        const timer = setTimeout(leave, patienceMs);
        const enter = () => {
          clearTimeout(timer);
          taken += bytes;
          resolve(true);
        };
        const one = { bytes, enter };
        waiting.push(one);
      });
    },
    free(bytes: number): void {
      taken -= bytes;
      admit();
    },
  };
}
