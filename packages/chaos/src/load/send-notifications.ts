import type { Lane } from "@pulsecourier/contracts";
import type { Message, PlannedSend } from "./plan-load.ts";
import { type Answer, describe, isFinal, request } from "./request.ts";
import { REFUSED_PREFIX, sagaBody } from "./sagas.ts";
import type { SendRecord } from "./send-record.ts";

type Gateway = { gateway: string; apiKey: string };
type Notifications = Extract<PlannedSend, { way: "notification" | "batch" }>;

/** The body of a send; the same again for every repeat, as its key demands. */
export function notificationBody(message: Message, lane: Lane, at: number) {
  const { recipient, channels, sendAt, saga } = message;
  const mailbox = saga?.kind === "refused" ? `${REFUSED_PREFIX}${recipient}` : recipient;
  const content = { subject: "Chaos", text: "Still here." };
  return {
    to: { id: recipient, email: `${mailbox}@example.com` },
    lane,
    ...(saga === undefined ? { channels, content } : sagaBody(saga.kind, recipient)),
    ...(sendAt ? { sendAt: new Date(at + sendAt.inMs).toISOString() } : {}),
  };
}

/** POSTs one notification, or several as a batch. `at` is when it is sent for the first time, ms since 1970. */
export async function postNotifications(
  send: Notifications,
  { gateway, apiKey }: Gateway,
  at: number,
): Promise<Answer> {
  const { key, lane } = send;
  if (send.way === "notification") {
    const body = notificationBody(send.message, lane, at);
    return request(`${gateway}/v1/notifications`, { apiKey, key, body });
  }
  const notifications = send.messages.map((message) => notificationBody(message, lane, at));
  return request(`${gateway}/v1/notifications/batch`, { apiKey, key, body: { notifications } });
}

/** What an answer says about each message. */
export function readAnswer(send: Notifications, answer: Answer): SendRecord[] {
  const messages = send.way === "batch" ? send.messages : [send.message];
  const ids = answer.status === 202 ? idsOf(send, answer.body) : [];
  return messages.map(({ recipient, channels, saga }, index) => {
    const base = { recipient, channels, ...(saga && { saga: saga.kind }) };
    const notificationId = ids[index];
    if (notificationId !== undefined) return { ...base, result: "ok", notificationId };
    return { ...base, result: isFinal(answer) ? "failed" : "unknown", detail: describe(answer) };
  });
}

function idsOf({ way }: Notifications, body: unknown): (string | undefined)[] {
  // The shapes that the API promises for 202.
  if (way === "batch") return (body as { results: { id?: string }[] }).results.map(({ id }) => id);
  return (body as { notifications: { id: string }[] }).notifications.map(({ id }) => id);
}
