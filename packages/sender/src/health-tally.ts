import type { DeliveryRecord } from "@pulsecourier/contracts";
import { NOTHING_SEEN, type Seen } from "./judge-account.ts";
import type { ProviderOutcome } from "./provider.ts";

/** A message that was accepted, to ask later whether its receipt came. */
export type SentMessage = Pick<DeliveryRecord, "id" | "notificationId" | "tenant">;

/** Counts what one process sees of an account; each call costs an addition or two. */
export type HealthTally = {
  called(outcome: ProviderOutcome, delivery: SentMessage): void;
  receipts(due: number, late: number): void;
  /** What was counted since the last take. */
  take(): Seen;
  /** Some of the messages accepted since the last call, each with the same chance. */
  takeSample(): SentMessage[];
};

const SAMPLE = 50;

export function createHealthTally(random: () => number = Math.random): HealthTally {
  let seen = { ...NOTHING_SEEN };
  let sample: SentMessage[] = [];
  let accepted = 0;

  /** Vitter's algorithm R: each of all those offered is kept with the same chance. */
  function offer({ id, notificationId, tenant }: SentMessage): void {
    accepted += 1;
    const place = accepted <= SAMPLE ? accepted - 1 : Math.floor(random() * accepted);
    if (place < SAMPLE) sample[place] = { id, notificationId, tenant };
  }

  return {
    called(outcome, delivery) {
      // A limit says how much an account takes, not how it does; a recipient's own server is not the account's.
      if (outcome.kind === "rate_limited" || ("scope" in outcome && outcome.scope === "recipient"))
        return;
      seen.calls += 1;
      if (FAILURES.has(outcome.kind)) seen.failures += 1;
      if (outcome.kind === "sent") offer(delivery);
    },
    receipts(due, late) {
      seen.due += due;
      seen.late += late;
    },
    take() {
      const taken = seen;
      seen = { ...NOTHING_SEEN };
      return taken;
    },
    takeSample() {
      const taken = sample;
      sample = [];
      accepted = 0;
      return taken;
    },
  };
}

const FAILURES: ReadonlySet<ProviderOutcome["kind"]> = new Set([
  "transient",
  "ambiguous",
  "config",
]);
