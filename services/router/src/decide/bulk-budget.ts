/** Says how many more `normal` notifications a tenant may send now before the rest goes as `bulk`. */
export type BulkBudget = {
  /** Takes one from the tenant's budget; false when it is used up. */
  take(tenant: string): boolean;
};

const WINDOW_MS = 60_000;

/**
 * A budget of `perMinute` notifications a tenant and minute, so that a flood in one tenant waits behind the others
 * instead of before them. Kept in memory: each router counts for itself.
 */
export function createBulkBudget(options: { perMinute: number; now: () => number }): BulkBudget {
  let windowEnd = 0;
  let used = new Map<string, number>();
  return {
    take(tenant) {
      if (options.now() >= windowEnd) {
        windowEnd = options.now() + WINDOW_MS;
        used = new Map();
      }
      const count = used.get(tenant) ?? 0;
      if (count >= options.perMinute) return false;
      used.set(tenant, count + 1);
      return true;
    },
  };
}
