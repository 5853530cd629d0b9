import { setTimeout as delay } from "node:timers/promises";
import type { Channel, TopicNames } from "@pulsecourier/contracts";
import type { Producer } from "@pulsecourier/kafka";
import type { Message, PlannedSend } from "./plan-load.ts";
import { type Answer, describe, isFinal, request } from "./request.ts";
import { eventRecordOf, postEvent, upstreamRecord } from "./send-event.ts";
import { postNotifications, readAnswer } from "./send-notifications.ts";
import type { SendRecord } from "./send-record.ts";
import type { SendsFile } from "./sends-file.ts";

/** Who sends. */
export type Sender = { tenant: string; apiKey: string };

export type LoadOptions = {
  /** Called for every try: a cluster's gateways take turns. */
  gateway: () => string;
  sender: Sender;
  producer: Producer;
  topics: TopicNames;
  file: SendsFile;
  /** How long a send is repeated until it is answered, ms. */
  patienceMs: number;
};

const REPEAT_MS = 100;

/**
 * Sends what is planned, each at its time whatever became of those before. What has a key or an event id is repeated
 * until it is answered; what has none is sent once, and without an answer remains unknown. Gives what became of each.
 */
export async function sendLoad(
  planned: readonly PlannedSend[],
  o: LoadOptions,
): Promise<SendRecord[]> {
  const began = Date.now();
  const sent = planned.map(async (send) => {
    await delay(send.atMs);
    const { tenant } = o.sender;
    const records = (await sendOne(send, o, began + send.atMs)).map((one) => ({ ...one, tenant }));
    o.file.append(records);
    const [first] = records;
    const cancelInMs = send.way === "notification" ? cancelTimeOf(send.message) : null;
    if (cancelInMs !== null && first?.result === "ok") {
      await delay(cancelInMs);
      await cancel(first, o);
    }
    return records;
  });
  return (await Promise.all(sent)).flat();
}

/** When it is cancelled after it was accepted, ms; null when it is not. */
function cancelTimeOf({ sendAt, saga }: Message): number | null {
  return sendAt?.thenCancel === true ? 0 : (saga?.cancelInMs ?? null);
}

async function sendOne(send: PlannedSend, o: LoadOptions, at: number): Promise<SendRecord[]> {
  const to = () => ({ gateway: o.gateway(), apiKey: o.sender.apiKey });
  switch (send.way) {
    case "batch":
      return readAnswer(send, await untilAnswered(() => postNotifications(send, to(), at), o));
    case "notification": {
      const post = () => postNotifications(send, to(), at);
      return readAnswer(send, await (send.key === null ? post() : untilAnswered(post, o)));
    }
    case "event": {
      const answer = await untilAnswered(() => postEvent(send, to()), o);
      if (answer.status === 202) return [eventRecordOf(send, "ok")];
      const result = isFinal(answer) ? "failed" : "unknown";
      return [eventRecordOf(send, result, describe(answer))];
    }
    case "kafka": {
      const answer = await untilAnswered(() => produce(send, o), o);
      if (answer.status === 202) return [eventRecordOf(send, "ok")];
      return [eventRecordOf(send, "unknown", describe(answer))];
    }
  }
}

/** An acknowledgement counts like a 202. */
async function produce(
  send: Extract<PlannedSend, { way: "event" | "kafka" }>,
  { producer, topics }: LoadOptions,
): Promise<Answer> {
  try {
    await producer.send([upstreamRecord(send, topics)]);
    return { status: 202, body: null };
  } catch (error) {
    return { status: null, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function untilAnswered(
  act: () => Promise<Answer>,
  { patienceMs }: LoadOptions,
): Promise<Answer> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await act();
    if (isFinal(answer) || performance.now() > deadline) return answer;
    await delay(REPEAT_MS);
  }
}

/** Asks once for a cancel: what was asked for and not answered may have been done. */
async function cancel(record: SendRecord, { gateway, sender, file }: LoadOptions): Promise<void> {
  file.append([{ ...record, cancel: "asked" }]);
  const url = `${gateway()}/v1/notifications/${record.notificationId}/cancel`;
  const answer = await request(url, { apiKey: sender.apiKey, body: {} });
  if (answer.status !== 200) return;
  const kept = alreadySent(answer.body);
  // A saga may go on after what had left before; anything else is then no cancel.
  if (record.saga !== undefined) file.append([{ ...record, cancel: "acknowledged", kept }]);
  else if (kept.length === 0) file.append([{ ...record, cancel: "acknowledged" }]);
}

function alreadySent(body: unknown): Channel[] {
  // The shape that the API promises for 200.
  return (body as { alreadySent: { channel: Channel }[] }).alreadySent.map(
    ({ channel }) => channel,
  );
}
