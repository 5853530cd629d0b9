import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { MAX_USE } from "../ids.ts";
import { AttachmentRef, MAX_ATTACHMENTS } from "./attachment.ts";
import { FlatContent } from "./content.ts";
import { Correction } from "./delivery.ts";
import { FactError, NotificationSummary } from "./lifecycle.ts";
import { DeliveryStatus } from "./notification-view.ts";
import { InlineRecipient, Name } from "./recipient.ts";
import { SagaAnswer } from "./saga-answer.ts";
import { SignalEvent } from "./signal.ts";
import { Timezone } from "./timezone.ts";
import { WorkflowDefinition } from "./workflow.ts";

/** What a saga sends, to its one recipient; fixed when it starts. */
export const SagaRequest = z.object({
  summary: NotificationSummary,
  /** What the conditions of a workflow see of the event, besides its id, source and data. */
  event: z.object({
    type: z.string(),
    subject: z.string().optional(),
    time: z.string().optional(),
  }),
  /** Versions of the templates that steps name, as of `catalogRevision`. */
  templates: z.record(Name, z.int()).optional(),
  recipient: z.union([Name, InlineRecipient]),
  content: FlatContent.optional(),
  attachments: z.array(AttachmentRef).max(MAX_ATTACHMENTS).optional(),
  data: z.record(z.string(), z.json()),
  /** The recipient's zone, else the tenant's, else UTC, which a saga from before there was any has. */
  timezone: Timezone.optional(),
  /** Templates, categories and the sandbox are looked up as of this revision. */
  catalogRevision: z.int(),
});
export type SagaRequest = z.infer<typeof SagaRequest>;

/** A wave: the channels a saga tries at once. The nth of its step, from 0. */
const wave = { step: Name, wave: z.int() };

/** Value of the event a saga sends the router: decide about these channels and deliver through those that remain. */
export const WaveRequest = z.object({
  sagaId: z.guid(),
  notificationId: z.guid(),
  ...wave,
  channels: z.array(ChannelName).min(1),
  /** Which use of a channel this is, where a step before names it already. */
  uses: z.partialRecord(ChannelName, z.int().min(0).max(MAX_USE)).optional(),
  /** Makes good what an earlier wave sent: with the template or content given here, and none of the request's. */
  correction: Correction.extend({ content: FlatContent.optional() }).optional(),
  /** The step's own; left out: the request's. */
  template: z.object({ name: Name, version: z.int() }).optional(),
  request: SagaRequest,
});
export type WaveRequest = z.infer<typeof WaveRequest>;

const common = { id: z.guid(), sagaId: z.guid(), tenant: z.string(), notificationId: z.guid() };
const input = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...common, ...shape });

/** How a delivery stands. It only ever moves on, so that a repeat of an older word says nothing new. */
export const Standing = z.object({
  id: z.guid(),
  channel: ChannelName,
  status: DeliveryStatus,
  redrive: z.int(),
  attempts: z.int(),
  /** When the provider said that it could not deliver what it had taken. */
  bouncedAt: z.string().optional(),
  provider: z.string().optional(),
  error: FactError.optional(),
});
export type Standing = z.infer<typeof Standing>;

/** Value of a record on `pulse.sagas.v1`, keyed by saga id. The same input has the same id, however often it comes. */
export const SagaInput = z.discriminatedUnion("type", [
  /** From the router: a saga begins. */
  input("start", { request: SagaRequest, definition: WorkflowDefinition }),
  /** From the router: what became of a wave it was asked for. */
  input("routed", {
    ...wave,
    deliveries: z.array(z.object({ id: z.guid(), channel: ChannelName })),
    skipped: z.array(z.object({ channel: ChannelName, error: FactError })),
    /** Why there can be no further wave either. */
    end: z
      .object({ outcome: z.enum(["failed", "expired", "cancelled"]), error: FactError.optional() })
      .optional(),
  }),
  /** From the tracker: how the notification's deliveries stand. */
  input("standing", { deliveries: z.array(Standing) }),
  /** From the orchestrator: the answer to what a step asked of the state that sagas share. */
  input("answered", { step: Name, answer: SagaAnswer }),
  /** From the scheduler: a time limit has come; `armed` is the version of the saga that set it. */
  input("timer", { armed: z.int() }),
  /** From the router: an event came whose key is one the workflow listens for. */
  input("event", { event: SignalEvent }),
  /** From the scheduler: its workflow was paused, and no longer is. */
  input("resume", { pause: z.guid() }),
  /** From the gateway: the notification was cancelled. */
  input("cancel", { reason: z.string() }),
]);
export type SagaInput = z.infer<typeof SagaInput>;
