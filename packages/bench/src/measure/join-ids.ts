export type Joined = {
  /** Accepted and never received. */
  lost: number;
  /** Received more than once. */
  duplicated: number;
};

/** Joins what was accepted with how often each of it was received. */
export function joinIds(accepted: Iterable<string>, received: ReadonlyMap<string, number>): Joined {
  let lost = 0;
  let duplicated = 0;
  for (const id of new Set(accepted)) {
    const times = received.get(id) ?? 0;
    if (times === 0) lost += 1;
    if (times > 1) duplicated += 1;
  }
  return { lost, duplicated };
}
