export type Stop = {
  /** Aborted when told to stop. */
  signal: AbortSignal;
  /** Resolves when told to stop. */
  requested: Promise<void>;
};

// The terminal, npm and a supervisor may each deliver the same Ctrl-C.
const SAME_SIGNAL_MS = 2_000;

/**
 * Hears SIGINT, SIGTERM and SIGHUP. Repeats within 2 s count once; a later one exits at once, and what still runs
 * ends by itself, since it watches this process.
 */
export function untilStopped(): Stop {
  const controller = new AbortController();
  const requested = Promise.withResolvers<void>();
  let since: number | undefined;
  const onSignal = () => {
    if (since === undefined) {
      since = performance.now();
      // A terminal shows ^C where the cursor is.
      process.stderr.write("\n");
      requested.resolve();
      controller.abort(new Error("told to stop"));
    } else if (performance.now() - since > SAME_SIGNAL_MS) {
      process.stderr.write("\nStopping at once.\n");
      process.exit(130);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return { signal: controller.signal, requested: requested.promise };
}
