import { type Channel, type Lane, LANES } from "@pulsecourier/contracts";
import type { Random } from "../random.ts";
import { SAGA_FORMS, SAGA_KINDS, type SagaKind } from "./sagas.ts";

/** One message to a recipient of its own: whatever is seen of that recipient later belongs to it. */
export type Message = {
  recipient: string;
  channels: readonly [Channel, ...Channel[]];
  /** Left out, it goes out at once. */
  sendAt?: { inMs: number; thenCancel: boolean };
  /** Set when it takes several steps; `cancelInMs` after it was accepted it is cancelled. */
  saga?: { kind: SagaKind; cancelInMs?: number };
};

/** One request or record, and when it is sent, ms after the load began. */
export type PlannedSend = { atMs: number; lane: Lane } & (
  | { way: "notification"; key: string | null; message: Message }
  | { way: "batch"; key: string; messages: Message[] }
  | { way: "event" | "kafka"; eventId: string; message: Message }
);

type Channels = Message["channels"];
const CHANNELS: readonly [Channels, ...Channels[]] = [["email"], ["inapp"], ["email", "inapp"]];
const LARGEST_BATCH = 20;
const SAGAS = 0.1;
/** Some before the first step is over, some after the last. */
const CANCEL_WITHIN_MS = 2_000;

/** Sends of every way, mixed and spread over `durationMs`, until some `messages` of them are planned. */
export function planLoad(o: {
  prefix: string;
  messages: number;
  durationMs: number;
  lanes?: readonly [Lane, ...Lane[]];
  /** Share of requests that take several steps. */
  sagas?: number;
  random: Random;
}): PlannedSend[] {
  const { prefix, random, lanes = LANES, sagas = SAGAS } = o;
  const planned: PlannedSend[] = [];
  let count = 0;
  const message = (): Message => {
    count += 1;
    return { recipient: `${prefix}-${count}`, channels: random.pick(CHANNELS) };
  };
  while (count < o.messages) {
    const base = { atMs: random.whole(0, o.durationMs), lane: random.pick(lanes) };
    const name = `${prefix}-send-${planned.length + 1}`;
    if (random.next() < sagas) {
      const key = random.next() < 0.7 ? name : null;
      count += 1;
      const one = sagaMessage(`${prefix}-${count}`, random);
      planned.push({ ...base, way: "notification", key, message: one });
      continue;
    }
    const dice = random.next();
    if (dice < 0.15) {
      const size = random.whole(2, LARGEST_BATCH);
      const messages = Array.from({ length: size }, message);
      planned.push({ ...base, way: "batch", key: name, messages });
    } else if (dice < 0.35) {
      planned.push({ ...base, way: "event", eventId: name, message: message() });
    } else if (dice < 0.55) {
      planned.push({ ...base, way: "kafka", eventId: name, message: message() });
    } else {
      const key = random.next() < 0.7 ? name : null;
      const scheduled = random.next() < 0.25 ? { sendAt: later(random) } : {};
      planned.push({ ...base, way: "notification", key, message: { ...message(), ...scheduled } });
    }
  }
  return planned.toSorted((a, b) => a.atMs - b.atMs);
}

function sagaMessage(recipient: string, random: Random): Message {
  const kind = random.pick(SAGA_KINDS);
  const cancels = random.next() < 0.25;
  const saga = { kind, ...(cancels && { cancelInMs: random.whole(0, CANCEL_WITHIN_MS) }) };
  return { recipient, channels: SAGA_FORMS[kind].channels, saga };
}

function later(random: Random): { inMs: number; thenCancel: boolean } {
  return { inMs: random.whole(500, 2_500), thenCancel: random.next() < 0.4 };
}
