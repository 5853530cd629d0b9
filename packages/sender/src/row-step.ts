import { ERRORS } from "@pulsecourier/contracts";
import { encodeDevices, restoreDevices } from "./devices.ts";
import type { Settled } from "./follow-ups.ts";
import type { LedgerRow, LedgerState, LedgerWrite } from "./ledger-store.ts";
import { factError, type Step } from "./step.ts";
import { leavesDoubt } from "./next-step.ts";
import type { Work } from "./work.ts";

const STATES = {
  sent: "sent",
  retry: "retry",
  wait: "waiting",
  hold: "waiting",
  failed: "failed",
  cancelled: "cancelled",
  expired: "expired",
} as const satisfies Record<Step["kind"], LedgerState>;

/** What the ledger keeps of a step; null is a claim. */
export function ledgerWrite(work: Work, step: Step | null): LedgerWrite {
  const { delivery, redrive, attempt } = work;
  const write: LedgerWrite = {
    id: delivery.id,
    tenant: delivery.tenant,
    state: "calling",
    redrive,
    attempt,
  };
  write.devices = encodeDevices(work.devices);
  if (step === null) return write;
  write.state = STATES[step.kind];
  if ("provider" in step) write.provider = step.provider;
  if ("delayMs" in step) write.delayMs = step.delayMs;
  if (step.kind === "sent") write.providerMessageId = step.providerMessageId;
  if ("error" in step) {
    write.errorCode = step.error.code;
    write.doubt = leavesDoubt(step.error.code);
  }
  return write;
}

/** A settled row as the step that led to it, so that all that follows can be said again; null for other rows. */
export function settledFromRow(row: LedgerRow, work: Work): Settled | null {
  const step = stepOfRow(row);
  if (step === null) return null;
  restoreDevices(work.devices, row.devices);
  const { redrive, attempt, possibleDuplicates, updatedAt: ms } = row;
  const factsOnly = redrive !== work.redrive || attempt !== work.attempt;
  return { work, step, redrive, attempt, possibleDuplicates, factsOnly, ms };
}

/** The fact of an attempt that was left behind: a retry must have followed, its details are gone. */
export function settledBefore(row: LedgerRow, work: Work): Settled {
  const error = factError(
    "provider_unavailable",
    "A later attempt has begun; this one's error is not kept.",
  );
  const { redrive, attempt } = work;
  const step: Step = { kind: "retry", delayMs: 0, error };
  const { possibleDuplicates, updatedAt: ms } = row;
  return { work, step, redrive, attempt, possibleDuplicates, factsOnly: true, ms };
}

function stepOfRow(row: LedgerRow): Step | null {
  const provider = row.provider === null ? {} : { provider: row.provider };
  const error = {
    code: row.errorCode,
    class: ERRORS[row.errorCode].class,
    message: ERRORS[row.errorCode].title,
  };
  switch (row.state) {
    case "sent": {
      const id = row.providerMessageId === null ? {} : { providerMessageId: row.providerMessageId };
      return { kind: "sent", provider: row.provider ?? "unknown", ...id };
    }
    case "retry":
      return { kind: "retry", delayMs: row.nextAt - row.updatedAt, error, ...provider };
    case "failed": {
      const deadLetter = row.errorCode === "attempts_exhausted" ? "exhausted" : "rejected";
      return { kind: "failed", error, deadLetter, ...provider };
    }
    case "cancelled":
    case "expired":
      return { kind: row.state };
    case "waiting":
    case "calling":
      return null;
  }
}

/** True when the row already says what a repeated write wanted to say. */
export function alreadyWritten(row: LedgerRow, work: Work, step: Step): boolean {
  return (
    row.state === STATES[step.kind] && row.redrive === work.redrive && row.attempt === work.attempt
  );
}
