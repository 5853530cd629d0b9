import {
  type Channel,
  type DeliveryStatus,
  deliveryId,
  notificationId,
  sagaId,
  sagaInput,
  type SagaInput,
  type Standing,
  type StepOf,
} from "@pulsecourier/contracts";
import { createConditions } from "./conditions.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { INITIAL, type Saga, type SagaEvent } from "./saga.ts";

export const secret = Buffer.alloc(32, 7);
export const NOW = Date.parse("2026-03-01T12:00:00Z");
export const conditions = createConditions();
const tenant = "acme";

/** A request whose channels are tried in turn, and the inputs it may get. */
export function testSaga(step: Partial<StepOf<"send">> = {}, recipient = "ann") {
  const of = { tenant, acceptedAt: NOW, source: "/shop", eventId: "e", rule: "", recipient };
  const notification = notificationId(secret, of);
  const send: StepOf<"send"> = {
    type: "send",
    name: "send",
    channels: ["email", "sms"],
    strategy: "first",
    until: "sent",
    within: "PT10M",
    required: true,
    ...step,
  };
  const summary = {
    eventId: "e",
    source: "/shop",
    recipient,
    category: null,
    lane: "normal" as const,
    channels: send.channels,
    acceptedAt: new Date(NOW).toISOString(),
    sandbox: false,
  };
  const about = { tenant, notificationId: notification };
  const event = { type: "order.shipped" };
  const request = {
    summary,
    event,
    recipient,
    content: { text: "Hi" },
    data: {},
    catalogRevision: 1,
  };
  const definition = { steps: [send] };
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
      return sagaInput(secret, about, ["send", String(wave)], {
        type: "routed",
        step: "send",
        wave,
        deliveries,
        skipped: [],
      });
    },
    skipped: (wave: number, channel: Channel) => {
      const error = { code: "no_address", class: "permanent", message: "none" } as const;
      return sagaInput(secret, about, ["send", String(wave)], {
        type: "routed",
        step: "send",
        wave,
        deliveries: [],
        skipped: [{ channel, error }],
      });
    },
    standing: (channel: Channel, status: DeliveryStatus, provider?: string) => {
      const standing: Standing = {
        id: id(channel),
        channel,
        status,
        redrive: 0,
        ...(provider !== undefined && { provider }),
        ...(status === "failed" && {
          error: { code: "provider_rejected", class: "permanent", message: "no" },
        }),
      };
      const deliveries = [standing];
      return sagaInput(secret, about, [channel, status], { type: "standing", deliveries });
    },
    timer: (armed: number) => sagaInput(secret, about, [String(armed)], { type: "timer", armed }),
    cancel: () => sagaInput(secret, about, [], { type: "cancel", reason: "cancelled" }),
  };
}

export type Decided = { saga: Saga; events: readonly SagaEvent[] };

/** The saga after an input, as the orchestrator advances it. */
export function advance(saga: Saga, input: SagaInput, now = NOW): Decided {
  const events = decide(saga, input, { now, isCancelled: false, conditions });
  if (events.length === 0) return { saga, events };
  const state = events.reduce(evolve, saga.state);
  return { saga: { ...saga, version: saga.version + 1, state }, events };
}

/** What the last of these inputs led to. */
export function after(saga: Saga, ...inputs: SagaInput[]): Decided {
  return inputs.reduce<Decided>((last, input) => advance(last.saga, input), { saga, events: [] });
}
