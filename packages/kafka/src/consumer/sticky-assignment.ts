/** A member of a group and the partitions it says it has, by topic. */
export type Claimant = { id: string; owned: Record<string, number[]> };

type Share = Claimant & { extras: number; given: Record<string, number[]> };

/**
 * Divides each topic's partitions evenly (numbers differ by at most one) and leaves members what
 * they have as far as that allows: kafkajs takes everything from everybody at each rebalance, so
 * what moves is worked on twice. Where a topic does not divide evenly, the odd partitions of all
 * topics are spread over the members.
 */
export function assignSticky(
  claimants: Claimant[],
  topics: Record<string, number[]>,
): Map<string, Record<string, number[]>> {
  const shares: Share[] = claimants
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((claimant) => ({ ...claimant, extras: 0, given: {} }));
  const odd = Object.values(topics).reduce((sum, all) => sum + (all.length % shares.length), 0);
  const mostExtras = Math.ceil(odd / shares.length);
  for (const [topic, partitions] of Object.entries(topics)) {
    divide(shares, { topic, partitions, mostExtras });
  }
  return new Map(shares.map(({ id, given }) => [id, given]));
}

function divide(
  shares: Share[],
  { topic, partitions, mostExtras }: { topic: string; partitions: number[]; mostExtras: number },
): void {
  const free = new Set(partitions);
  const even = Math.floor(partitions.length / shares.length);
  const got = new Map(shares.map((share) => [share, (share.given[topic] = [] as number[])]));

  function give(share: Share, mine: number[], partition: number): void {
    free.delete(partition);
    mine.push(partition);
    if (mine.length > even) share.extras += 1;
  }

  for (const limit of [even, even + 1]) {
    let extrasLeft = partitions.length - even * shares.length;
    for (const [share, mine] of got) {
      for (const partition of share.owned[topic] ?? []) {
        const isExtra = mine.length === even;
        if (!free.has(partition) || mine.length >= limit) continue;
        if (isExtra && (extrasLeft === 0 || share.extras >= mostExtras)) continue;
        if (isExtra) extrasLeft -= 1;
        give(share, mine, partition);
      }
    }
  }
  for (const partition of free) {
    const [share, mine] = [...got].toSorted(
      ([a, ofA], [b, ofB]) => ofA.length - ofB.length || a.extras - b.extras,
    )[0] ?? [undefined, []];
    if (share !== undefined) give(share, mine, partition);
  }
}
