import type { DeviceOutcome, FactType, LifecycleFact } from "@pulsecourier/contracts";
import type { Facts } from "./facts.ts";
import type { Settled } from "./follow-ups.ts";
import { heldFact } from "./hold.ts";
import { leavesDoubt } from "./next-step.ts";

/** The facts of a settled step, in the order they happened. */
export function stepFacts(settled: Settled, facts: Pick<Facts, "about">): LifecycleFact[] {
  const { doubt, delivery } = settled.work;
  const about = (type: FactType) => facts.about(type, delivery, settled);
  const outcome = [...hopFacts(settled, facts), ...outcomeFacts(settled, facts)];
  if (doubt === null || outcome.some((fact) => fact.type === "delivery.unknown")) return outcome;
  const unknown = { type: "delivery.unknown", ...about("delivery.unknown"), error: doubt } as const;
  return [unknown, ...outcome];
}

/** An attempt that waited may take the same hops again, so the waits tell them apart. */
function hopFacts({ work, redrive, attempt }: Settled, facts: Pick<Facts, "about">) {
  const { delivery, waits } = work;
  return work.hops.map(({ ms, ...hop }, index): LifecycleFact => {
    const type = "delivery.failed_over";
    const at = { redrive, attempt, waits, hop: index, ms };
    return { type, ...facts.about(type, delivery, at), ...hop };
  });
}

function outcomeFacts(settled: Settled, facts: Pick<Facts, "about">): LifecycleFact[] {
  const { work, step, redrive, attempt, ms } = settled;
  const about = (type: FactType, waits?: number) =>
    facts.about(type, work.delivery, {
      redrive,
      attempt,
      ms,
      ...(waits === undefined ? {} : { waits }),
    });
  const nextAt = new Date("delayMs" in step ? ms + step.delayMs : ms).toISOString();
  switch (step.kind) {
    case "sent": {
      const { provider, providerMessageId } = step;
      const possibleDuplicate = settled.possibleDuplicates > 0;
      const sent = { ...about("delivery.sent"), provider, providerMessageId, possibleDuplicate };
      return [{ type: "delivery.sent", ...sent, ...devicesOf(work) }];
    }
    case "retry": {
      const { provider, error } = step;
      const retrying = { ...about("delivery.retrying"), provider, error, nextAt };
      return [
        ...unknownFact(settled, facts),
        { type: "delivery.retrying", ...retrying, ...devicesOf(work) },
      ];
    }
    case "failed": {
      const { provider, error } = step;
      const failed = { ...about("delivery.failed"), provider, error };
      return [
        ...unknownFact(settled, facts),
        { type: "delivery.failed", ...failed, ...devicesOf(work) },
      ];
    }
    case "wait": {
      const waiting = { ...about("delivery.waiting", work.waits), reason: step.reason, nextAt };
      return [{ type: "delivery.waiting", ...waiting, ...devicesOf(work) }];
    }
    case "hold":
      return [{ ...heldFact({ work, hold: step.hold, ms }, facts), ...devicesOf(work) }];
    case "cancelled":
      return [{ type: "delivery.cancelled", ...about("delivery.cancelled") }];
    case "expired":
      return [{ type: "delivery.expired", ...about("delivery.expired") }];
  }
}

/** What became of each device, where there are several; one that was not called yet waits. */
function devicesOf({ devices }: Settled["work"]): { devices?: DeviceOutcome[] } {
  if (devices === null) return {};
  const outcomes = devices.all.map(({ step }): DeviceOutcome => {
    if (step === null || step.kind === "cancelled" || step.kind === "hold")
      return { outcome: "wait" };
    const { kind: outcome } = step;
    const id = step.kind === "sent" ? step.providerMessageId : undefined;
    return {
      outcome,
      ...("provider" in step && step.provider !== undefined && { provider: step.provider }),
      ...(id !== undefined && { providerMessageId: id }),
      ...("error" in step && { error: step.error }),
    };
  });
  return { devices: outcomes };
}

/** A call whose outcome nobody knows is told before what is made of it. */
function unknownFact(settled: Settled, facts: Pick<Facts, "about">): LifecycleFact[] {
  const { step, work } = settled;
  if (!("error" in step) || !leavesDoubt(step.error.code)) return [];
  const { provider, error } = step;
  const unknown = facts.about("delivery.unknown", work.delivery, settled);
  return [{ type: "delivery.unknown", ...unknown, provider, error }];
}
