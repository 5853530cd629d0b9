import { createDeliveryCounts } from "./delivery-counts.ts";
import type { MessageContent, ReceivedMessage } from "./provider.ts";
import { createRing, type Ring } from "./ring.ts";

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
  /** The header of that name the call came with; only calls over HTTP have one. */
  traceparent?: string;
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
  const empty = () => ({
    ring: createRing<JournalEntry>(capacity),
    contents: createRing<{ id: string; content: ReceivedMessage["content"] }>(keptContents),
    deliveries: createDeliveryCounts(maxDeliveries),
    totals: { messages: 0, accepted: 0, providers: {} as Record<string, ProviderStats> },
  });
  let state = empty();
  return {
    record(entry, content) {
      const { ring, contents, deliveries, totals } = state;
      ring.push(entry);
      count(totals, entry);
      if (entry.accepted && entry.deliveryId !== undefined) deliveries.add(entry.deliveryId);
      if (content) contents.push({ id: entry.id, content });
    },
    list({ limit, ...filter }) {
      const found: JournalEntry[] = [];
      for (const entry of state.ring.newestFirst()) {
        if (!matches(entry, filter)) continue;
        found.push(entry);
        if (found.length === limit) break;
      }
      return found;
    },
    find(id) {
      const { ring, contents } = state;
      const entry = newest(ring, id);
      if (entry === undefined) return undefined;
      return { entry, content: async () => (await newest(contents, id)?.content()) ?? null };
    },
    stats() {
      const { totals, deliveries } = state;
      const { unique: uniqueDeliveries, duplicates, uncounted } = deliveries;
      return { ...totals, uniqueDeliveries, duplicates, uncounted };
    },
    deliveries: () => state.deliveries.entries(),
    reset() {
      state = empty();
    },
  };
}

function count(
  totals: Pick<JournalStats, "messages" | "accepted" | "providers">,
  entry: JournalEntry,
): void {
  const stats = (totals.providers[entry.provider] ??= { accepted: 0, statuses: {} });
  const status = entry.status ?? "none";
  stats.statuses[status] = (stats.statuses[status] ?? 0) + 1;
  totals.messages++;
  if (!entry.accepted) return;
  totals.accepted++;
  stats.accepted++;
}

function newest<T extends { id: string }>(ring: Ring<T>, id: string): T | undefined {
  for (const item of ring.newestFirst()) if (item.id === id) return item;
  return undefined;
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
