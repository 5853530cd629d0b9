/** Says for each frame whether there may be one more: `max` in one second, and `max` that are not yet handled. */
export function createFrameLimit(max: number): { take: () => boolean; handled: () => void } {
  let waiting = 0;
  let frames = 0;
  let second = 0;
  return {
    take: () => {
      const now = Math.floor(performance.now() / 1_000);
      frames = now === second ? frames + 1 : 1;
      second = now;
      if (frames > max || waiting >= max) return false;
      waiting += 1;
      return true;
    },
    handled: () => {
      waiting -= 1;
    },
  };
}
