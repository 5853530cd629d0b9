import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { Lane } from "../lanes.ts";
import { DecidedOn } from "./decided-on.ts";
import { Redirected } from "./delivery.ts";
import { Name } from "./recipient.ts";

// Object.keys forgets that the keys are the codes.
const ErrorCodeSchema = z.enum(Object.keys(ERRORS) as ErrorCode[]);

/** Why something failed or was left out, as facts and clients show it. Never holds an address. */
export const FactError = z.object({
  code: ErrorCodeSchema,
  class: z.string(),
  message: z.string(),
});
export type FactError = z.infer<typeof FactError>;

/** What a notification is; on the facts that create its row, since facts may arrive in any order. */
export const NotificationSummary = z.object({
  eventId: z.string(),
  source: z.string(),
  /** The recipient's id, or `inline:<hash>` for one written into the request. */
  recipient: z.string(),
  category: z.string().nullable(),
  lane: Lane,
  template: z.object({ name: z.string(), version: z.int() }).optional(),
  rule: z.object({ name: z.string(), version: z.int() }).optional(),
  workflow: z.object({ name: z.string(), version: z.int() }).optional(),
  /** The saga that carries it out, where there is one. */
  saga: z.guid().optional(),
  channels: z.array(ChannelName),
  acceptedAt: z.iso.datetime(),
  sendAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional(),
  sandbox: z.boolean(),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type NotificationSummary = z.infer<typeof NotificationSummary>;

const common = {
  /** Deterministic: repeats of the same fact share it. */
  id: z.guid(),
  at: z.iso.datetime(),
  tenant: z.string(),
  notificationId: z.guid(),
};
const skipped = z.array(z.object({ channel: ChannelName, error: FactError }));
/** The preferences and limits as they were when channels were chosen; left out where there were none. */
const snapshot = { decidedOn: DecidedOn.optional() };
/** The quiet hours whose end led to this; left out where it was not held. */
const release = { heldUntil: z.iso.datetime().optional() };
/** The step and wave of its saga that this is about. */
const ofWave = { step: Name.optional(), wave: z.int().optional() };
const ofDelivery = {
  ...common,
  deliveryId: z.guid(),
  channel: ChannelName,
  /** Provider calls made so far, this one included. */
  attempt: z.int(),
  redrive: z.int(),
  /** Set when the delivery is a status callback: the tenant's name of it. The notification is nobody's then. */
  callback: Name.optional(),
  /** Set when the sandbox sent it elsewhere than to the recipient. Never says where. */
  redirected: Redirected.optional(),
};
/** What became of one of several devices a delivery goes to, in the order of its addresses. */
const DeviceOutcome = z.object({
  outcome: z.enum(["sent", "retry", "wait", "failed", "expired"]),
  provider: z.string().optional(),
  providerMessageId: z.string().optional(),
  error: FactError.optional(),
});
export type DeviceOutcome = z.infer<typeof DeviceOutcome>;
const toDevices = { devices: z.array(DeviceOutcome).optional() };

/** What a provider reported after it took the message; such facts say nothing of attempts (0). */
const ofReceipt = {
  ...ofDelivery,
  provider: z.string().optional(),
  /** When it happened by the provider's clock; `at` is when it was heard of. */
  reportedAt: z.iso.datetime().optional(),
};
const fact = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

/** How a saga ended. */
export const SAGA_OUTCOMES = [
  "completed",
  "failed",
  "suppressed",
  "expired",
  "cancelled",
  /** Something that was sent could not be undone as it should have been. */
  "compensation_failed",
] as const;
export const SagaOutcome = z.enum(SAGA_OUTCOMES);
export type SagaOutcome = z.infer<typeof SagaOutcome>;

const ofSaga = { ...common, sagaId: z.guid() };

/**
 * Facts on `pulse.lifecycle.v1`, keyed by notification id; a public contract. Facts of one notification may
 * arrive in any order and more than once.
 */
export const LifecycleFact = z.discriminatedUnion("type", [
  fact("notification.routed", {
    ...common,
    summary: NotificationSummary,
    deliveries: z.array(
      z.object({ id: z.guid(), channel: ChannelName, redirected: Redirected.optional() }),
    ),
    skipped,
    ...ofWave,
    /** The delivery that these make good. */
    corrects: z.guid().optional(),
    ...release,
    ...snapshot,
    /** Channels the notification goes through without its attachments, and why they cannot carry them. */
    withoutAttachments: z.array(z.object({ channel: ChannelName, reason: z.string() })).optional(),
  }),
  fact("notification.scheduled", { ...common, summary: NotificationSummary }),
  /** It waits for another time now. */
  fact("notification.rescheduled", { ...common, sendAt: z.iso.datetime() }),
  fact("notification.suppressed", {
    ...common,
    summary: NotificationSummary,
    error: FactError,
    skipped,
    ...release,
    ...snapshot,
  }),
  /** Nothing goes out through these channels before the end of the recipient's quiet hours; then it is decided anew. */
  fact("notification.held", {
    ...common,
    summary: NotificationSummary,
    channels: z.array(ChannelName),
    until: z.iso.datetime(),
    reason: z.string(),
    skipped,
    ...ofWave,
    ...snapshot,
  }),
  fact("notification.failed", {
    ...common,
    summary: NotificationSummary,
    error: FactError,
    ...release,
  }),
  fact("notification.expired", {
    ...common,
    summary: NotificationSummary,
    reason: z.string().optional(),
    ...release,
  }),
  fact("notification.cancelled", { ...common, reason: z.string().optional(), ...release }),
  fact("delivery.sent", {
    ...ofDelivery,
    provider: z.string(),
    providerMessageId: z.string().optional(),
    /** The attempt may have reached the provider twice (a crash or time-out during an earlier call). */
    possibleDuplicate: z.boolean(),
    ...toDevices,
  }),
  fact("delivery.retrying", {
    ...ofDelivery,
    provider: z.string().optional(),
    error: FactError,
    nextAt: z.iso.datetime(),
    ...toDevices,
  }),
  /** The same attempt goes through the next account of the channel: one fact per hop. */
  fact("delivery.failed_over", {
    ...ofDelivery,
    provider: z.string(),
    nextProvider: z.string(),
    reason: z.string(),
  }),
  fact("delivery.waiting", {
    ...ofDelivery,
    reason: z.string(),
    /** Left out when nobody knows: an operator's stop has no end of its own. */
    nextAt: z.iso.datetime().optional(),
    /** The stops it waits for: any of them lifted lets it go on. */
    stops: z.array(z.guid()).optional(),
    ...toDevices,
  }),
  fact("delivery.unknown", { ...ofDelivery, provider: z.string().optional(), error: FactError }),
  fact("delivery.failed", {
    ...ofDelivery,
    provider: z.string().optional(),
    error: FactError,
    ...toDevices,
  }),
  fact("delivery.cancelled", ofDelivery),
  fact("delivery.expired", ofDelivery),
  fact("delivery.redriven", ofDelivery),
  fact("delivery.delivered", ofReceipt),
  fact("delivery.read", ofReceipt),
  /** The provider took the message and could not deliver it. */
  fact("delivery.bounced", { ...ofReceipt, error: FactError }),
  /** It was delivered, and the recipient called it spam. */
  fact("delivery.complained", ofReceipt),
  fact("saga.started", { ...ofSaga, summary: NotificationSummary }),
  /** What a saga does next and why. */
  fact("saga.decided", {
    ...ofSaga,
    step: Name,
    decision: z.enum([
      "send",
      "go_on",
      "time_limit",
      "event",
      "hold",
      "resume",
      "withdraw",
      "compensate",
      "retract",
      "release",
      "replace",
      "correct",
      "announce",
      "compensation_failed",
    ]),
    channels: z.array(ChannelName),
    reason: z.string(),
    /** The delivery that was taken back. */
    retracted: z.guid().optional(),
  }),
  fact("saga.ended", {
    ...ofSaga,
    outcome: SagaOutcome,
    reason: z.string(),
    error: FactError.optional(),
    /** The notification that carries this one's item in its digest. */
    carriedBy: z.guid().optional(),
  }),
]);
export type LifecycleFact = z.infer<typeof LifecycleFact>;
export type FactType = LifecycleFact["type"];

/** Every type of fact. */
export const FACT_TYPES: readonly FactType[] = LifecycleFact.options.map(
  ({ shape }) => shape.type.value,
);
