import { correctionUse, type FlatContent, type WaveRequest } from "@pulsecourier/contracts";
import type { OutboxRecord } from "@pulsecourier/db";
import { isCorrected } from "../decide/register-compensations.ts";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import type { EffectsContext } from "./effects-of.ts";
import { askRouter, pinned } from "./wave-record.ts";

type Issued = Extract<SagaEvent, { type: "compensation_issued" }>;

/** Asks the router for the message that undoes a delivery. */
export function correctionRecord(saga: Saga, event: Issued, context: EffectsContext): OutboxRecord {
  const { step, channel, sentAs } = event;
  const asked = {
    step,
    wave: sentAs,
    channels: [channel],
    uses: { [channel]: correctionUse(saga.definition, step) },
    ...saying(saga, event),
  };
  return askRouter(saga, asked, context);
}

/** What the message says: the step's correction, else what its kind says by itself. */
function saying(saga: Saga, event: Issued): Pick<WaveRequest, "template" | "correction"> {
  const { definition, request } = saga;
  const { of, channel, kind } = event;
  const step = definition.steps.find(({ name }) => name === event.step);
  if (step?.type === "send" && step.correction !== undefined && isCorrected(step, channel)) {
    const template = pinned(step.correction.template, request.templates);
    return { correction: { of }, ...(template && { template }) };
  }
  return kind === "announce"
    ? { correction: { of, content: announcement(saga, of) } }
    : { correction: { of, silent: true, content: WITHDRAWN } };
}

/** Nobody is shown it: the app is told to take away what it shows. */
const WITHDRAWN: FlatContent = { title: "Withdrawn" };

/** A webhook's receiver knows the delivery by its `webhook-id`. */
function announcement({ request, notificationId }: Saga, deliveryId: string): FlatContent {
  const { event, summary } = request;
  const { type, subject } = event;
  const payload = {
    type: `${type}.cancelled`,
    ...(subject !== undefined && { subject }),
    data: { eventId: summary.eventId, source: summary.source, notificationId, deliveryId },
  };
  return { payload: JSON.stringify(payload) };
}
