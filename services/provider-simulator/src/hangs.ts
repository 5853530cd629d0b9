/** Calls that are never answered, until somebody lets go of them all. */
export type Hangs = {
  /** Keeps a call open. The returned function forgets it, for when the client hangs up first. */
  hold(release: () => void): () => void;
  releaseAll(): void;
};

export function createHangs(): Hangs {
  const held = new Set<() => void>();
  return {
    hold(release) {
      held.add(release);
      return () => held.delete(release);
    },
    releaseAll() {
      const releases = [...held];
      held.clear();
      for (const release of releases) release();
    },
  };
}
