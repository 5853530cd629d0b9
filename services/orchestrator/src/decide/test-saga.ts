import {
  type Channel,
  channelUse,
  correctionUse,
  type DeliveryStatus,
  deliveryId,
  type FactError,
  notificationId,
  type SagaAnswer,
  sagaId,
  sagaInput,
  type SagaInput,
  type SagaRequest,
  type Signal,
  type SignalEvent,
  type Standing,
  type StepOf,
  useId,
  type WorkflowDefinition,
  type WorkflowStep,
} from "@pulsecourier/contracts";
import { createConditions } from "./conditions.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { INITIAL, type Saga, type SagaEvent } from "./saga.ts";

export const secret = Buffer.alloc(32, 7);
export const NOW = Date.parse("2026-03-01T12:00:00Z");
export const conditions = createConditions();
const tenant = "acme";

const IN_TURN: StepOf<"send"> = {
  type: "send",
  name: "send",
  channels: ["email", "sms"],
  strategy: "first",
  until: "sent",
  within: "PT10M",
  required: true,
};

/** A channel of a wave. */
export type AskedFor = { step: string; wave: number; channel: Channel };

const REJECTED = { code: "provider_rejected", class: "permanent", message: "no" } as const;

/** A request whose channels are tried in turn, and the inputs it may get. */
export function testSaga(
  step: Partial<StepOf<"send">> = {},
  recipient = "ann",
  more: { before?: WorkflowStep[]; later?: WorkflowStep[]; cancelOn?: Signal[] } = {},
) {
  const of = { tenant, acceptedAt: NOW, source: "/shop", eventId: "e", rule: "", recipient };
  const notification = notificationId(secret, of);
  const send = { ...IN_TURN, ...step };
  const about = { tenant, notificationId: notification };
  const request = requestTo(recipient, send.channels);
  const { before = [], later = [], ...cancels } = more;
  const definition: WorkflowDefinition = { steps: [...before, send, ...later], ...cancels };
  const id = (channel: Channel) => deliveryId(secret, tenant, notification, channel);
  return {
    notificationId: notification,
    deliveryId: id,
    new: (): Saga => {
      const saga = { id: sagaId(secret, tenant, notification), ...about, request, definition };
      return { ...saga, version: 0, state: INITIAL };
    },
    start: () => sagaInput(secret, about, [], { type: "start", request, definition }),
    routed: (wave: number, ...channels: Channel[]) => {
      const deliveries = channels.map((channel) => ({ id: id(channel), channel }));
      return sagaInput(secret, about, [String(wave)], { ...answer(wave), deliveries });
    },
    skipped: (wave: number, channel: Channel) => {
      const error = { code: "no_address", class: "permanent", message: "none" } as const;
      const skipped = [{ channel, error }];
      return sagaInput(secret, about, [String(wave)], { ...answer(wave), skipped });
    },
    ended: (wave: number, outcome: "expired" | "failed") =>
      sagaInput(secret, about, [String(wave)], { ...answer(wave), end: { outcome } }),
    standing: (channel: Channel, status: DeliveryStatus, provider?: string) => {
      const standing: Standing = {
        id: id(channel),
        channel,
        status,
        redrive: 0,
        attempts: status === "pending" ? 0 : 1,
        ...(provider !== undefined && { provider }),
        ...(status === "failed" && {
          error: REJECTED,
        }),
      };
      const deliveries = [standing];
      return sagaInput(secret, about, [channel, status], { type: "standing", deliveries });
    },
    answered: (by: string, told: SagaAnswer) =>
      sagaInput(secret, about, [by, told.kind], { type: "answered", step: by, answer: told }),
    ...wavesOf(about, definition),
    timer: (armed: number) => sagaInput(secret, about, [String(armed)], { type: "timer", armed }),
    event: (type: string, eventId = "1", data: SignalEvent["data"] = { orderNo: "A-1" }) => {
      const event = { id: eventId, source: "/shop", type, data };
      return sagaInput(secret, about, ["/shop", eventId], { type: "event", event });
    },
    resume: (pause: string) => sagaInput(secret, about, [pause], { type: "resume", pause }),
    cancel: () => sagaInput(secret, about, [], { type: "cancel", reason: "cancelled" }),
  };
}

/** Inputs about any wave, those that undo something too. */
function wavesOf(
  about: { tenant: string; notificationId: string },
  definition: WorkflowDefinition,
) {
  const idOf = ({ step, wave, channel }: AskedFor) => {
    const use =
      wave < 100 ? channelUse(definition, step, channel) : correctionUse(definition, step);
    return useId(secret, tenant, about.notificationId, { channel, use });
  };
  return {
    idOf,
    /** The router's answer: the delivery it made, or why none. */
    answerTo: (asked: AskedFor, error?: FactError) => {
      const { step, wave, channel } = asked;
      const body = { ...answer(wave), step };
      const made = [{ id: idOf(asked), channel }];
      const told =
        error === undefined
          ? { ...body, deliveries: made }
          : { ...body, skipped: [{ channel, error }] };
      return sagaInput(secret, about, [step, String(wave)], told);
    },
    stands: (asked: AskedFor, status: DeliveryStatus) => {
      const { channel } = asked;
      const one: Standing = {
        id: idOf(asked),
        channel,
        status,
        redrive: 0,
        attempts: status === "pending" ? 0 : 1,
        ...(status === "failed" && { error: REJECTED }),
      };
      return sagaInput(secret, about, [one.id, status], { type: "standing", deliveries: [one] });
    },
  };
}

/** The router's answer to a wave of the step. */
function answer(wave: number): Answer {
  return { type: "routed", step: "send", wave, deliveries: [], skipped: [] };
}
type Routed = Extract<SagaInput, { type: "routed" }>;
type Answer = Pick<Routed, "type" | "step" | "wave" | "deliveries" | "skipped">;

function requestTo(recipient: string, channels: Channel[]): SagaRequest {
  const summary = {
    eventId: "e",
    source: "/shop",
    recipient,
    category: null,
    lane: "normal" as const,
    channels,
    acceptedAt: new Date(NOW).toISOString(),
    sandbox: false,
  };
  const event = { type: "order.shipped" };
  return {
    summary,
    event,
    recipient,
    content: { text: "Hi" },
    data: { orderNo: "A-1" },
    catalogRevision: 1,
  };
}

export type Decided = { saga: Saga; events: readonly SagaEvent[] };

/** The saga after an input, as the orchestrator advances it. */
export function advance(
  saga: Saga,
  input: SagaInput,
  now = NOW,
  pause: string | null = null,
): Decided {
  const events = decide(saga, input, { now, isCancelled: false, pause, conditions });
  if (events.length === 0) return { saga, events };
  const state = events.reduce(evolve, saga.state);
  return { saga: { ...saga, version: saga.version + 1, state }, events };
}

/** What the last of these inputs led to. */
export function after(saga: Saga, ...inputs: SagaInput[]): Decided {
  return inputs.reduce<Decided>((last, input) => advance(last.saga, input), { saga, events: [] });
}
