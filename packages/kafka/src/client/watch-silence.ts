export type SilenceWatch = { sign(): void; stop(): void };

const LOOKS = 20;

/** Calls back once when no sign came for `ms`, give or take a twentieth. Does not hold the process. */
export function watchSilence(ms: number, onSilence: () => void): SilenceWatch {
  let signAt = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - signAt < ms) return;
    clearInterval(timer);
    onSilence();
  }, ms / LOOKS);
  timer.unref();
  return {
    sign() {
      signAt = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
