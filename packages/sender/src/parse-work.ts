import {
  type Channel,
  DeliveryRecord,
  type RedirectAddresses,
  redirectDelivery,
} from "@pulsecourier/contracts";
import { HEADER_ATTEMPT, HEADER_REDRIVE, type InRecord, type Task } from "@pulsecourier/kafka";
import { z } from "zod";
import { devicesOf } from "./devices.ts";
import type { Work } from "./work.ts";

/** Times an attempt was put off without being spent, decimal. */
export const HEADER_WAITS = "ntf-waits";
/** The largest a counting header may become. */
export const MAX_COUNT = 9_999;

/** What a delivery record says of itself even when the rest of it is unusable. */
export type DeliveryNames = {
  id: string;
  notificationId: string;
  tenant: string;
  callback?: string | undefined;
  redirected?: DeliveryRecord["redirected"];
};

export type ParsedWork =
  | { ok: true; work: Work }
  | { ok: false; detail: string; names: DeliveryNames | null };

// The router has parsed recipient and data, which costs more than all the rest; here they only need to be objects.
const Id = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const Trusted = DeliveryRecord.extend({
  id: Id,
  notificationId: Id,
  tenant: z.string().regex(/^[^\0]{1,200}$/),
  recipient: z.custom<DeliveryRecord["recipient"]>(isObject),
  data: z.custom<DeliveryRecord["data"]>(isObject),
});
const Names = z.object({
  id: Id,
  notificationId: Id,
  tenant: Trusted.shape.tenant,
  callback: Trusted.shape.callback,
});
const Count = z.stringFormat("count", /^\d{1,4}$/).transform(Number);

/** What every delivery of the channel is sent to instead of to recipients. */
type Redirect = RedirectAddresses | undefined;

/**
 * Reads a delivery record of `channel`, redirected where the whole platform is. Total: whatever the bytes are, the result
 * says what they are.
 */
export function parseWork(task: Task, channel: Channel, redirectAllTo?: Redirect): ParsedWork {
  const { record } = task;
  let value: unknown;
  try {
    value = JSON.parse(record.value?.toString() ?? "");
  } catch {
    return { ok: false, detail: "The value is not JSON.", names: null };
  }
  const parsed = Trusted.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    return { ok: false, detail: problems.join("; "), names: Names.safeParse(value).data ?? null };
  }
  const delivery = parsed.data;
  if (delivery.channel !== channel) {
    return {
      ok: false,
      detail: `A delivery of channel ${delivery.channel} on a topic of ${channel}.`,
      names: delivery,
    };
  }
  const redrive = headerCount(record, HEADER_REDRIVE, 0);
  const attempt = headerCount(record, HEADER_ATTEMPT, 1);
  const waits = headerCount(record, HEADER_WAITS, 0);
  if (redrive === null || attempt === null || attempt === 0 || waits === null) {
    return { ok: false, detail: "A counting header is not a whole number.", names: delivery };
  }
  const sent = redirectAll(delivery, redirectAllTo);
  return { ok: true, work: newWork(task, sent, { redrive, attempt, waits }) };
}

/** What goes to the sandbox accounts reaches nobody already. */
function redirectAll(delivery: DeliveryRecord, to: Redirect): DeliveryRecord {
  return to === undefined || delivery.sandbox ? delivery : redirectDelivery(delivery, to);
}

function newWork(
  task: Task,
  delivery: DeliveryRecord,
  counts: Pick<Work, "redrive" | "attempt" | "waits">,
): Work {
  return {
    task,
    delivery,
    ...counts,
    followers: [],
    devices: devicesOf(delivery, counts),
    tried: new Set(),
    hops: [],
    left: [],
    token: null,
    pauses: 0,
    restUntil: 0,
    leaseUntil: 0,
    possibleDuplicates: 0,
    doubt: null,
  };
}

function headerCount(record: InRecord, name: string, otherwise: number): number | null {
  const text = record.headers[name];
  if (text === undefined) return otherwise;
  return Count.safeParse(text).data ?? null;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
