import { setTimeout as delay } from "node:timers/promises";
import type { Strike } from "../fault.ts";
import type { SendRecord } from "./send-record.ts";

type SteadyLoad = {
  perSecond: number;
  forMs: number;
  /** What the names of the recipients end with, before their number. */
  name?: string;
};

/** When each mail was sent, ms since 1970, by its address; and what became of the requests. */
type Sent = { sentAt: Map<string, number>; records: SendRecord[] };

/** Sends mails one by one at a steady rate, whatever becomes of those before. */
export async function sendSteadily(
  { perSecond, forMs, name = "mail" }: SteadyLoad,
  { prefix, send }: Strike,
): Promise<Sent> {
  const sentAt = new Map<string, number>();
  const sending: Promise<SendRecord[]>[] = [];
  const began = performance.now();
  for (let index = 0; index < (forMs / 1_000) * perSecond; index += 1) {
    await delay(Math.max(0, began + (index * 1_000) / perSecond - performance.now()));
    const recipient = `${prefix}-${name}-${index}`;
    sentAt.set(`${recipient}@example.com`, Date.now());
    const message = { recipient, channels: ["email"] as const };
    sending.push(send([{ atMs: 0, lane: "normal", way: "notification", key: recipient, message }]));
  }
  return { sentAt, records: (await Promise.all(sending)).flat() };
}
