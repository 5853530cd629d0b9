let installed = false;

/**
 * kafkajs 2.2.4 arms a timer with a negative delay when nothing is throttled, which Node 24 warns
 * about on every start and treats as 1 ms, so it is harmless. Only that warning, and only from
 * kafkajs, is dropped.
 */
export function dropNegativeTimeoutWarning(): void {
  if (installed) return;
  installed = true;
  const emitWarning = process.emitWarning;
  process.emitWarning = (...args: unknown[]) => {
    if (args.includes("TimeoutNegativeWarning") && new Error("origin").stack?.includes("kafkajs")) {
      return;
    }
    Reflect.apply(emitWarning, process, args);
  };
}
