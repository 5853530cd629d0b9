/** Hands on together what is given in one turn of the event loop. */
export function gather<T>(handOn: (all: readonly T[]) => void): (one: T) => void {
  let gathered: T[] = [];
  return (one) => {
    gathered.push(one);
    if (gathered.length > 1) return;
    setImmediate(() => {
      const all = gathered;
      gathered = [];
      handOn(all);
    });
  };
}
