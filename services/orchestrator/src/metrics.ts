import {
  type CompensationKind,
  type SagaInput,
  SAGA_OUTCOMES,
  type SagaOutcome,
} from "@pulsecourier/contracts";
import { type Db, readOutboxAge } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** `advanced`: it changed its saga; `stale`: it said nothing new; `repeated`: it was taken before. */
export type InputResult = "advanced" | "stale" | "repeated" | "unknown_saga" | "dead_lettered";

export type OrchestratorMetrics = {
  input(type: SagaInput["type"] | "none", result: InputResult): void;
  ended(outcome: SagaOutcome): void;
  /** `dropped`: there was nothing to undo, or policy forbade it. */
  compensated(kind: CompensationKind, result: "done" | "dropped" | "failed"): void;
};

export function createOrchestratorMetrics(metrics: Metrics): OrchestratorMetrics {
  const inputs = metrics.counter({
    name: "pulse_saga_inputs_total",
    help: "Inputs of sagas, by type and what became of them",
    labels: ["type", "result"],
  });
  const ended = metrics.counter({
    name: "pulse_sagas_ended_total",
    help: "Sagas that ended, by outcome",
    labels: ["outcome"],
  });
  // An alert sees an increase only from a figure that is there.
  for (const outcome of SAGA_OUTCOMES) ended.inc({ outcome }, 0);
  const compensations = metrics.counter({
    name: "pulse_saga_compensations_total",
    help: "What sagas undid of what they had sent, by how and what became of it",
    labels: ["kind", "result"],
  });
  return {
    input: (type, result) => inputs.inc({ type, result }),
    ended: (outcome) => ended.inc({ outcome }),
    compensated: (kind, result) => compensations.inc({ kind, result }),
  };
}

/** Counting more at every scrape would cost the database more than the figure is worth. */
const COUNTED_TO = 100_000;

/** How many sagas run, and how long the oldest of their records has waited for Kafka. Read at each scrape. */
export function watchSagas(db: Db, metrics: Metrics): void {
  const open = metrics.gauge({
    name: "pulse_sagas_open",
    help: `Sagas that have not ended, counted up to ${COUNTED_TO}`,
    collect: async (): Promise<void> => {
      const [row] = await db
        .query<{ open: number }>(
          "saga-open",
          `select count(*)::int as open
           from (select from saga.instances where outcome is null limit $1) as counted`,
          [COUNTED_TO],
        )
        .catch(() => []);
      if (row !== undefined) open.set(row.open);
    },
  });
  const waiting = metrics.gauge({
    name: "pulse_saga_outbox_oldest_record_age_seconds",
    help: "Age of the oldest record of the sagas' outbox that Kafka does not have yet",
    collect: async (): Promise<void> => waiting.set(await readOutboxAge(db, "saga.outbox")),
  });
}
