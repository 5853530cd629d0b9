const SHORTEST_MS = 50;
const LONGEST_MS = 60_000;

export type Alarm = { set(ms: number): void; clear(): void };

/** Wakes once: after `ms`, but at least 50 ms and at most a minute. One that is set stays as it is. */
export function createAlarm(wake: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(ms) {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          wake();
        },
        Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms)),
      );
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
