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

/**
 * Asks the router for a wave, by an event in the notification's lane: preferences, suppressions and addresses are
 * looked at where they always are, and as they are when it is the channel's turn.
 */
export function waveRecord(
  { id: sagaId, tenant, notificationId, request, definition, state }: Saga,
  { step, wave, channels }: WaveIssued,
  { secret, topics, traceparent }: EffectsContext,
): OutboxRecord {
  const acceptedAt = acceptedAtOf(sagaId);
  const { digest } = state;
  const template = templateOf(definition, step, request);
  const value: WaveRequest = {
    sagaId,
    notificationId,
    step,
    wave,
    channels,
    uses: Object.fromEntries(
      channels.map((channel) => [channel, channelUse(definition, step, channel)]),
    ),
    ...(template !== null && { template }),
    request: digest === undefined ? request : { ...request, data: { ...request.data, digest } },
  };
  return {
    topic: topics.events(request.summary.lane),
    key: `${tenant}:${sagaId}`,
    headers: {
      [CE.id]: deriveId(secret, tenant, acceptedAt, [sagaId, step, String(wave)]),
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
  const version = template === undefined ? undefined : templates?.[template];
  return template === undefined || version === undefined ? null : { name: template, version };
}
