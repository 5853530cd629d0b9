import type { KafkaError } from "./error.ts";

const PROBE_MS = 1_000;

export type Health = {
  /** What the last request ended with. */
  report(error: KafkaError | undefined): void;
  /** The failure that has not been followed by a success yet. */
  failure(): KafkaError | undefined;
  close(): void;
};

/**
 * Remembers whether the last request failed. After a failure it probes once a second, so that a
 * producer that is asked for nothing while unhealthy becomes healthy again.
 */
export function createHealth(probe: () => Promise<unknown>): Health {
  let failure: KafkaError | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function report(error: KafkaError | undefined): void {
    failure = error;
    if (error !== undefined && !closed) timer ??= setTimeout(check, PROBE_MS);
  }

  function check(): void {
    void probe().then(
      () => {
        timer = undefined;
        report(undefined);
      },
      () => {
        timer = undefined;
        report(failure);
      },
    );
  }

  return {
    report,
    failure: () => failure,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
