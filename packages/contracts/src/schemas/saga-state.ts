import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { FactError, SagaOutcome } from "./lifecycle.ts";
import { Digest } from "./digest-answer.ts";
import { Name } from "./recipient.ts";
import { SagaAnswer } from "./saga-answer.ts";
import { Standing } from "./saga-input.ts";
import { HeardEvent } from "./signal.ts";

/** A delivery a saga asked for: which step and wave it belongs to, and how far it is. */
export const SagaDelivery = Standing.extend({ step: Name, wave: z.int() });
export type SagaDelivery = z.infer<typeof SagaDelivery>;

/** `carriedBy`: the notification that goes out for this one, too. */
const End = z.object({
  outcome: SagaOutcome,
  reason: z.string(),
  error: FactError.optional(),
  carriedBy: z.guid().optional(),
});

/** Where a saga is inside its workflow. */
export const SagaPosition = z.object({
  step: Name,
  /** The wave of channels last asked for; -1 before the first. */
  wave: z.int(),
  /** The router has said what became of that wave. */
  routed: z.boolean(),
  /** The time limit that runs: when it comes (ms by the database's clock), and the version that set it. */
  timer: z.object({ at: z.number(), armed: z.int() }).nullable(),
  limitPassed: z.boolean(),
  /** It has asked for what it shares with other sagas; and what it was told. */
  asked: z.boolean().default(false),
  answer: SagaAnswer.nullable().default(null),
  /** The digest its item is in; `leaving`: how it ends once the item is out of it. */
  digest: z.object({ id: z.string(), leaving: End.nullable() }).optional(),
});
export type SagaPosition = z.infer<typeof SagaPosition>;

/**
 * How a delivery is undone: `retract` takes it out of the inbox, `replace` puts another push in its place, `correct`
 * sends the step's correction, `announce` tells a webhook's receiver that it is cancelled.
 */
export const CompensationKind = z.enum(["retract", "replace", "correct", "announce"]);
export type CompensationKind = z.infer<typeof CompensationKind>;

/** `exact`: afterwards it is as if it had not been. `best_effort`: a device may not take part. `semantic`: it is told. */
export const CompensationClass = z.enum(["exact", "best_effort", "semantic"]);
export type CompensationClass = z.infer<typeof CompensationClass>;

/**
 * What undoes something, registered before that is asked for. `dropped`: there was nothing to undo, or the recipient's
 * preferences forbid it; `error` then says so.
 */
export const Compensation = z.discriminatedUnion("kind", [
  /** Of a channel's delivery. */
  z.object({
    kind: CompensationKind,
    step: Name,
    wave: z.int(),
    channel: ChannelName,
    class: CompensationClass,
    status: z.enum(["registered", "running", "done", "dropped", "failed"]),
    /** The wave that it is sent as; waves of a step's own are below. */
    sentAs: z.int().optional(),
    error: FactError.optional(),
  }),
  /** What is reserved of a budget is given back; `settled`: it was used up instead. */
  z.object({
    kind: z.literal("release"),
    step: Name,
    budget: Name,
    amount: z.number(),
    class: z.literal("exact"),
    status: z.enum(["registered", "done", "dropped", "settled"]),
  }),
]);
export type Compensation = z.infer<typeof Compensation>;
/** One that undoes a delivery. */
export type DeliveryCompensation = Exclude<Compensation, { kind: "release" }>;

export function isOfDelivery(one: Compensation): one is DeliveryCompensation {
  return one.kind !== "release";
}

/** What the row of a saga says of it, besides what it was started with. */
export const SagaState = z.object({
  /** Null before it has started and once it has ended. */
  at: SagaPosition.nullable(),
  /** Waves the router has not answered. */
  unrouted: z.array(z.object({ step: Name, wave: z.int() })).default([]),
  deliveries: z.array(SagaDelivery),
  /** What was heard of before the router has said which wave it belongs to. */
  unplaced: z.array(Standing).default([]),
  skipped: z.array(z.object({ step: Name, channel: ChannelName, error: FactError })),
  /** By the `wait` step it is for: the event that came first. */
  events: z.record(Name, HeardEvent).default({}),
  /** The pause of its workflow for which it holds; null while it goes on. */
  heldBy: z.guid().nullable().default(null),
  compensations: z.array(Compensation),
  /** What the last digest collected. */
  digest: Digest.optional(),
  /** How it ends once all that can be undone is undone. */
  compensating: End.nullable(),
  end: End.nullable(),
});
export type SagaState = z.infer<typeof SagaState>;
