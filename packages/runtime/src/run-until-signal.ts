import type { Logger } from "@pulsecourier/observability";

/** What every service is: created from its configuration, started, closed. `url` is where its HTTP side listens. */
export type Service = {
  name: string;
  start(): Promise<{ url: string }>;
  close(): Promise<void>;
};

export type RunOptions = {
  logger: Logger;
  /** How long `close` may take before the process exits with 1 regardless, in milliseconds. */
  shutdownDeadlineMs: number;
  exit?: (code: number) => void;
};

// Terminals and supervisors often deliver one Ctrl-C several times (to the group, then by the parent).
const sameSignalMs = 2_000;

/**
 * Starts the service and keeps it up until SIGTERM or SIGINT; then closes it and exits: 0 closed in time, 1 not, or
 * the start failed, or something was thrown that nobody caught. Signals within 2 s of the first count as the same
 * one; a later one exits at once with 1.
 */
export async function runUntilSignal(service: Service, options: RunOptions): Promise<void> {
  const { logger, shutdownDeadlineMs, exit = (code) => process.exit(code) } = options;
  let stoppingSince: number | undefined;

  const stop = async (reason: string): Promise<void> => {
    logger.info({ reason }, "stopping");
    setTimeout(() => {
      logger.error({ shutdownDeadlineMs }, "not stopped in time; exiting");
      exit(1);
    }, shutdownDeadlineMs).unref();
    try {
      await service.close();
      logger.info("stopped");
      exit(0);
    } catch (err) {
      logger.error({ err }, "stopping failed");
      exit(1);
    }
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stoppingSince === undefined) {
      stoppingSince = performance.now();
      void stop(signal);
    } else if (performance.now() - stoppingSince > sameSignalMs) {
      logger.warn({ signal }, "asked to stop again; exiting at once");
      exit(1);
    }
  };
  const onCrash = (err: unknown): void => {
    logger.fatal({ err }, "nobody handled this error; exiting");
    exit(1);
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  process.on("uncaughtException", onCrash).on("unhandledRejection", onCrash);

  try {
    const { url } = await service.start();
    if (stoppingSince === undefined) logger.info({ url }, `${service.name} is ready`);
  } catch (err) {
    // A start that a signal interrupts may fail; the shutdown decides the exit code then.
    if (stoppingSince !== undefined) return;
    logger.fatal({ err }, `${service.name} could not start`);
    exit(1);
  }
}
