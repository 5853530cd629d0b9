import type { MessageContent, ReceivedMessage } from "./provider.ts";

/** What became of a call: its code, `hung` without an answer, or both when accepted and never answered. */
export type JournalEntry = {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  provider: string;
  channel: string;
  to: string[];
  subject?: string;
  deliveryId?: string;
  args?: Record<string, string>;
  bytes: number;
  /** The code answered; null when no answer was given. */
  status: number | null;
  accepted: boolean;
};

export type ProviderStats = { accepted: number; statuses: Record<string, number> };

export type JournalStats = {
  messages: number;
  accepted: number;
  uniqueDeliveries: number;
  /** Delivery ids accepted more than once. */
  duplicates: number;
  /** Accepted messages beyond the number of delivery ids that can be told apart; 0 means the counts are exact. */
  uncounted: number;
  providers: Record<string, ProviderStats>;
};

export type JournalFilter = {
  provider?: string;
  to?: string;
  deliveryId?: string;
  since?: number;
  limit: number;
};

export type Journal = {
  record(entry: JournalEntry, content?: ReceivedMessage["content"]): void;
  /** Newest first. */
  list(filter: JournalFilter): JournalEntry[];
  /** `content` is null when it is no longer kept. */
  find(
    id: string,
  ): { entry: JournalEntry; content: () => Promise<MessageContent | null> } | undefined;
  stats(): JournalStats;
  deliveries(): IterableIterator<[deliveryId: string, count: number]>;
  reset(): void;
};

export type JournalOptions = {
  capacity: number;
  keptContents?: number;
  maxDeliveries?: number;
};

/** What arrived, in memory that is bounded: the last `capacity` entries, the last 1,000 contents, 2 million ids. */
export function createJournal({
  capacity,
  keptContents = 1_000,
  maxDeliveries = 2_000_000,
}: JournalOptions): Journal {
  let ring: JournalEntry[] = [];
  let next = 0;
  const contents = new Map<string, ReceivedMessage["content"]>();
  const deliveries = new Map<string, number>();
  let totals = emptyTotals();

  function countDelivery(id: string): void {
    const count = deliveries.get(id);
    if (count === undefined && deliveries.size >= maxDeliveries) {
      totals.uncounted++;
      return;
    }
    if (count === 1) totals.duplicates++;
    deliveries.set(id, (count ?? 0) + 1);
  }
  function* newestFirst(): Generator<JournalEntry> {
    for (let age = 1; age <= ring.length; age++) {
      const entry = ring[(next - age + ring.length) % ring.length];
      if (entry) yield entry;
    }
  }
  return {
    record(entry, content) {
      ring[next] = entry;
      next = (next + 1) % capacity;
      totals.messages++;
      const stats = (totals.providers[entry.provider] ??= { accepted: 0, statuses: {} });
      const status = entry.status ?? "none";
      stats.statuses[status] = (stats.statuses[status] ?? 0) + 1;
      if (entry.accepted) {
        totals.accepted++;
        stats.accepted++;
        if (entry.deliveryId !== undefined) countDelivery(entry.deliveryId);
      }
      if (content) keep(contents, entry.id, content, keptContents);
    },
    list({ limit, ...filter }) {
      const found: JournalEntry[] = [];
      for (const entry of newestFirst()) {
        if (!matches(entry, filter)) continue;
        found.push(entry);
        if (found.length === limit) break;
      }
      return found;
    },
    find(id) {
      for (const entry of newestFirst()) {
        if (entry.id === id)
          return { entry, content: async () => (await contents.get(id)?.()) ?? null };
      }
      return undefined;
    },
    stats: () => ({ ...totals, uniqueDeliveries: deliveries.size }),
    deliveries: () => deliveries.entries(),
    reset() {
      ring = [];
      next = 0;
      contents.clear();
      deliveries.clear();
      totals = emptyTotals();
    },
  };
}

function emptyTotals(): Omit<JournalStats, "uniqueDeliveries"> {
  return { messages: 0, accepted: 0, duplicates: 0, uncounted: 0, providers: {} };
}

function keep<T>(kept: Map<string, T>, id: string, value: T, limit: number): void {
  kept.set(id, value);
  if (kept.size <= limit) return;
  // A map remembers the order of insertion, so the first key is the oldest.
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}

function matches(
  entry: JournalEntry,
  { provider, to, deliveryId, since }: Omit<JournalFilter, "limit">,
): boolean {
  if (provider !== undefined && entry.provider !== provider) return false;
  if (deliveryId !== undefined && entry.deliveryId !== deliveryId) return false;
  if (since !== undefined && entry.at < since) return false;
  return (
    to === undefined || entry.to.some((address) => address.toLowerCase().includes(to.toLowerCase()))
  );
}
