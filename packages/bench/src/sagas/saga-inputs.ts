import {
  type Channel,
  deliveryId,
  type IdSecret,
  notificationId,
  type SagaInput,
  sagaInput,
  type SagaRequest,
} from "@pulsecourier/contracts";

const SOURCE = "/bench";
const STEP = "send";
const CHANNELS: Channel[] = ["email", "inapp"];
const definition = {
  steps: [
    {
      type: "send" as const,
      name: STEP,
      channels: CHANNELS,
      strategy: "first" as const,
      until: "sent" as const,
      within: "PT10M",
      required: true,
    },
  ],
};

/** Inputs of a saga from its start to its end. */
export const INPUTS = 5;

/**
 * All that a saga of two channels in turn is told, in its order: it starts, its mail is on the way, the mail is
 * refused, its item is on the way, the item is sent. The first two leave it waiting, with a time limit.
 */
export function sagaInputs(secret: IdSecret, tenant: string, index: number): SagaInput[] {
  const acceptedAt = Date.now();
  const recipient = `${tenant}-${index}`;
  const notification = notificationId(secret, {
    tenant,
    acceptedAt,
    source: SOURCE,
    eventId: recipient,
    rule: "",
    recipient,
  });
  const of = { tenant, notificationId: notification };
  const delivery = (channel: Channel) => ({
    id: deliveryId(secret, tenant, notification, channel),
    channel,
  });
  const routed = (wave: number, channel: Channel) =>
    sagaInput(secret, of, [String(wave)], {
      type: "routed",
      step: STEP,
      wave,
      deliveries: [delivery(channel)],
      skipped: [],
    });
  const refused = { ...delivery("email"), status: "failed" as const, redrive: 0, attempts: 1 };
  const sent = { ...delivery("inapp"), status: "sent" as const, redrive: 0, attempts: 1 };
  return [
    sagaInput(secret, of, [], {
      type: "start",
      request: requestTo(recipient, acceptedAt),
      definition,
    }),
    routed(0, "email"),
    sagaInput(secret, of, ["1"], { type: "standing", deliveries: [refused] }),
    routed(1, "inapp"),
    sagaInput(secret, of, ["2"], { type: "standing", deliveries: [refused, sent] }),
  ];
}

function requestTo(recipient: string, acceptedAt: number): SagaRequest {
  return {
    summary: {
      eventId: recipient,
      source: SOURCE,
      recipient,
      category: null,
      lane: "normal",
      channels: CHANNELS,
      acceptedAt: new Date(acceptedAt).toISOString(),
      sandbox: false,
    },
    event: { type: "bench" },
    recipient,
    content: { subject: "Bench", text: "A message of the bench." },
    data: {},
    catalogRevision: 1,
  };
}
