import {
  acceptedAtOf,
  CE,
  channelUse,
  deriveId,
  STAMP,
  WAVE_SOURCE,
  WAVE_TYPE,
  type WaveRequest,
} from "@pulsecourier/contracts";
import type { OutboxRecord } from "@pulsecourier/db";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import type { EffectsContext } from "./effects-of.ts";

type WaveIssued = Extract<SagaEvent, { type: "wave_issued" }>;

/** Asks the router for a wave of a step. */
export function waveRecord(
  saga: Saga,
  { step, wave, channels }: Pick<WaveIssued, "step" | "wave" | "channels">,
  context: EffectsContext,
): OutboxRecord {
  const { definition, request } = saga;
  const template = templateOf(definition, step, request);
  const uses = Object.fromEntries(
    channels.map((channel) => [channel, channelUse(definition, step, channel)]),
  );
  return askRouter(saga, { step, wave, channels, uses, ...(template && { template }) }, context);
}

/**
 * Asks the router for deliveries, by an event in the notification's lane: preferences, suppressions and addresses are
 * looked at where they always are, and as they are when it is the channel's turn.
 */
export function askRouter(
  { id: sagaId, tenant, notificationId, request, state: { digest } }: Saga,
  asked: Omit<WaveRequest, "sagaId" | "notificationId" | "request">,
  { secret, topics, traceparent }: EffectsContext,
): OutboxRecord {
  const acceptedAt = acceptedAtOf(sagaId);
  const value: WaveRequest = {
    sagaId,
    notificationId,
    ...asked,
    request: digest === undefined ? request : { ...request, data: { ...request.data, digest } },
  };
  return {
    topic: topics.events(request.summary.lane),
    key: `${tenant}:${sagaId}`,
    headers: {
      [CE.id]: deriveId(secret, tenant, acceptedAt, [sagaId, asked.step, String(asked.wave)]),
      [CE.source]: WAVE_SOURCE,
      [CE.type]: WAVE_TYPE,
      [CE.specversion]: "1.0",
      [CE.tenant]: tenant,
      "content-type": "application/json",
      [STAMP.acceptedAt]: String(acceptedAt),
      [STAMP.catalogRevision]: String(request.catalogRevision),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    value: Buffer.from(JSON.stringify(value)),
  };
}

/** The template a step of a workflow names, as it was when the saga was started. */
function templateOf({ steps }: Saga["definition"], name: string, { templates }: Saga["request"]) {
  const step = steps.find((one) => one.name === name);
  const template = step?.type === "send" ? step.template : undefined;
  return template === undefined ? null : pinned(template, templates);
}

/** A template in the version that was live when the saga was started. */
export function pinned(name: string, templates: Saga["request"]["templates"]) {
  const version = templates?.[name];
  return version === undefined ? null : { name, version };
}
