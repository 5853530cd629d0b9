import type {
  AdhocEvent,
  ErrorCode,
  HeldRequest,
  Lane,
  WaveRequest,
} from "@pulsecourier/contracts";
import type { InRecord } from "@pulsecourier/kafka";

/** An event read from its record; who it is for comes from rules, or from the request it carries. */
export type IncomingEvent = {
  record: InRecord;
  tenant: string;
  id: string;
  source: string;
  type: string;
  subject?: string;
  time?: string;
  /** The lane a rule without one uses. */
  lane: Lane;
  data: Record<string, unknown>;
  /** `data` as JSON text, written once however many recipients there are. */
  dataJson: string;
  /** The ad-hoc request this event carries; null for others. */
  adhoc: AdhocEvent | null;
  /** What a saga asks for by this event; null for others. Where all three are null, rules decide. */
  wave: WaveRequest | null;
  /** What was held in a recipient's quiet hours and is to be decided again; null for others. */
  held: HeldRequest | null;
  /** Set when quiet hours have ended for it: how often it was held, and until when, ms. */
  release: { holds: number; until: number } | null;
  /** Accept time (ms) and catalog revision stamped by the gateway; null when it came straight to Kafka. */
  stamp: { acceptedAt: number | null; revision: number | null };
  /** Set on an event that waited for a paused rule. */
  parked: Parked | null;
  /** A timer has fired it: its `sendAt` has come. Pages of fan-outs count as due, since they begin no earlier. */
  due: boolean;
  /** The router's span of the event's trace, for all that comes of it. */
  traceparent: string;
};

/** The rule an event waited for, and its pause; that is over, but for one the event waited for long enough. */
export type Parked = { rule: string; pause: string; isOver: boolean };

/** Rules decide about it: it is no request of its own. */
export function isForRules({
  adhoc,
  wave,
  held,
}: Pick<IncomingEvent, "adhoc" | "wave" | "held">): boolean {
  return adhoc === null && wave === null && held === null;
}

/** An event with what fixes its ids and rules for good. */
export type AcceptedEvent = IncomingEvent & { acceptedAt: number; revision: number };

/** A record that cannot be routed, and why. */
export type RefusedRecord = {
  record: InRecord;
  reason: "poison" | "rejected";
  code: ErrorCode;
  message: string;
  /** Notifications clients were promised that end with it; null for events that rules decide on. */
  ends: PromisedNotifications | null;
};

/** What is known of the notifications of an ad-hoc request that cannot be read in full. */
export type PromisedNotifications = {
  event: Pick<IncomingEvent, "tenant" | "id" | "source" | "lane" | "traceparent">;
  acceptedAt: number;
  recipientKeys: string[];
};
