/** The last calls of an account, oldest dropped first: at most `size` of them, none older than `ms`. */
export function createCallWindow({ size, ms }: { size: number; ms: number }) {
  const times = new Float64Array(size);
  const failed = new Uint8Array(size);
  let oldest = 0;
  let calls = 0;
  let failures = 0;

  function dropOldest(): void {
    failures -= failed[oldest] ?? 0;
    calls -= 1;
    oldest = (oldest + 1) % size;
  }

  return {
    add(now: number, failure: boolean): void {
      while (calls > 0 && (calls === size || (times[oldest] ?? 0) <= now - ms)) dropOldest();
      const place = (oldest + calls) % size;
      times[place] = now;
      failed[place] = failure ? 1 : 0;
      calls += 1;
      if (failure) failures += 1;
    },
    /** As of the last call. */
    counts: () => ({ calls, failures }),
    clear(): void {
      calls = 0;
      failures = 0;
    },
  };
}
