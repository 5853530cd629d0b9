import {
  type Channel,
  type CompensationKind,
  factId,
  factRecord,
  type LifecycleFact,
} from "@pulsecourier/contracts";
import type { OutboxRecord } from "@pulsecourier/db";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import { nameOf } from "../decide/take-event.ts";
import type { EffectsContext } from "./effects-of.ts";

type FactBody = LifecycleFact extends infer Fact
  ? Fact extends { type: `saga.${string}` }
    ? Omit<Fact, "id" | "at" | "tenant" | "notificationId" | "sagaId">
    : never
  : never;

/** What the notification's timeline says of an event; null for what others tell, or nobody needs to hear. */
export function sagaFact(
  saga: Saga,
  event: SagaEvent,
  { secret, topics, now, traceparent, index }: EffectsContext & { index: number },
): OutboxRecord | null {
  const body = bodyOf(saga, event);
  if (body === null) return null;
  const { id: sagaId, tenant, notificationId, version } = saga;
  const what = ["saga", String(version + 1), String(index)];
  const fact: LifecycleFact = {
    id: factId(secret, tenant, notificationId, what),
    // A millisecond apart, so that a timeline shows what was decided at once in its order.
    at: new Date(now + index).toISOString(),
    tenant,
    notificationId,
    sagaId,
    ...body,
  };
  return factRecord(topics.lifecycle, fact, traceparent);
}

function bodyOf({ request, state }: Saga, event: SagaEvent): FactBody | null {
  switch (event.type) {
    case "started":
      return { type: "saga.started", summary: request.summary };
    case "wave_issued": {
      const { step, channels, reason } = event;
      return decided("send", step, reason, channels);
    }
    case "step_entered": {
      const { step, reason } = event;
      return reason === undefined ? null : decided("go_on", step, reason);
    }
    case "held":
      return decided("hold", event.step, "its workflow is paused");
    case "resumed":
      return decided("resume", state.at?.step ?? "", "its workflow is no longer paused");
    case "event_heard":
      return decided("event", event.step, `${nameOf(event.event)} came`);
    case "withdrawn": {
      const { step, deliveries, reason } = event;
      return decided("withdraw", step, reason, names(deliveries));
    }
    case "limit_passed": {
      const step = state.at?.step ?? "";
      const channels = names(
        state.deliveries.filter((one) => one.step === step && one.wave === state.at?.wave),
      );
      return decided("time_limit", step, "the time limit has come", channels);
    }
    case "compensating": {
      const channels = state.compensations.flatMap((one) =>
        one.kind === "retract" ? [one.channel] : [],
      );
      const step = state.at?.step ?? "";
      return decided("compensate", step, event.reason, channels);
    }
    case "compensation_issued":
    case "compensated":
    case "compensation_failed":
      return undoing(event);
    case "reservation_closed": {
      const { step, how } = event;
      if (how !== "released") return null;
      const reason = "what it reserved is given back";
      return decided("release", step, reason);
    }
    case "ended": {
      const { type: _, seal: __, ...end } = event;
      return { type: "saga.ended", ...end };
    }
    default:
      return null;
  }
}

type Undoing = Extract<
  SagaEvent,
  { type: "compensation_issued" | "compensated" | "compensation_failed" }
>;

const UNDOING: Record<CompensationKind, string> = {
  retract: "what it put into the inbox is taken back",
  replace: "another push takes its place",
  correct: "its correction is sent",
  announce: "its receiver is told that it is cancelled",
};

/** Null where there was nothing to undo, and for the end of what its delivery tells. */
function undoing(event: Undoing): FactBody | null {
  const { step, channel, kind } = event;
  if (event.type === "compensation_failed") {
    return decided("compensation_failed", step, `${kind}: ${event.error.message}`, [channel]);
  }
  if (event.type === "compensated" && event.error !== undefined) {
    return decided(kind, step, `it is not: ${event.error.message}`, [channel]);
  }
  const fact = decided(kind, step, UNDOING[kind], [channel]);
  if (event.type === "compensation_issued") return fact;
  return kind === "retract" && event.id !== null ? { ...fact, retracted: event.id } : null;
}

type Decision = Extract<FactBody, { type: "saga.decided" }>["decision"];

function decided(decision: Decision, step: string, reason: string, channels: Channel[] = []) {
  return { type: "saga.decided", decision, step, channels, reason } as const;
}

function names(deliveries: readonly { channel: Channel }[]): Channel[] {
  return deliveries.map(({ channel }) => channel);
}
