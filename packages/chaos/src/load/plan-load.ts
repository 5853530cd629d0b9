import { type Channel, type Lane, LANES } from "@pulsecourier/contracts";
import type { Random } from "../random.ts";

/** One message to a recipient of its own: whatever is seen of that recipient later belongs to it. */
export type Message = {
  recipient: string;
  channels: readonly [Channel, ...Channel[]];
  /** Left out, it goes out at once. */
  sendAt?: { inMs: number; thenCancel: boolean };
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

/** Sends of every way, mixed and spread over `durationMs`, until some `messages` of them are planned. */
export function planLoad(o: {
  prefix: string;
  messages: number;
  durationMs: number;
  lanes?: readonly [Lane, ...Lane[]];
  random: Random;
}): PlannedSend[] {
  const { prefix, random, lanes = LANES } = o;
  const planned: PlannedSend[] = [];
  let count = 0;
  const message = (): Message => {
    count += 1;
    return { recipient: `${prefix}-${count}`, channels: random.pick(CHANNELS) };
  };
  while (count < o.messages) {
    const base = { atMs: random.whole(0, o.durationMs), lane: random.pick(lanes) };
    const name = `${prefix}-send-${planned.length + 1}`;
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

function later(random: Random): { inMs: number; thenCancel: boolean } {
  return { inMs: random.whole(500, 2_500), thenCancel: random.next() < 0.4 };
}
