import { hash, timingSafeEqual } from "node:crypto";

/**
 * Ids are 128 bit, shown as UUID: 48 bits accept time (ms since 1970), 64 bits hash of what the id names,
 * 16 bits MAC over tenant and the rest. So a re-run yields the same ids, tables can be cut by day, and the
 * gateway can tell its own ids from made-up ones without a look-up.
 */
export type IdSecret = Buffer;

/** The id of the thing `parts` name, accepted at `acceptedAt` (ms). Same arguments, same id. */
export function deriveId(
  secret: IdSecret,
  tenant: string,
  acceptedAt: number,
  parts: readonly string[],
): string {
  const time = acceptedAt.toString(16).padStart(TIME_DIGITS, "0");
  const named = hash("sha256", [tenant, ...parts].join("\0"), "hex").slice(0, NAME_DIGITS);
  return toUuid(time + named + mac(secret, tenant, time + named));
}

/** True when `id` was derived under this secret for this tenant (1 in 65,536 made-up ids passes). */
export function verifyId(secret: IdSecret, tenant: string, id: string): boolean {
  if (!UUID.test(id)) return false;
  const digits = id.replaceAll("-", "");
  const expected = mac(secret, tenant, digits.slice(0, TIME_DIGITS + NAME_DIGITS));
  return timingSafeEqual(Buffer.from(expected), Buffer.from(digits.slice(-MAC_DIGITS)));
}

/** Accept time (ms) an id carries; NaN when `id` is not a UUID. */
export function acceptedAtOf(id: string): number {
  return UUID.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Number.NaN;
}

/** What a recipient's notification of one event is called. `rule` is empty for ad-hoc requests. */
export function notificationId(
  secret: IdSecret,
  of: {
    tenant: string;
    acceptedAt: number;
    source: string;
    eventId: string;
    rule: string;
    recipient: string;
  },
): string {
  return deriveId(secret, of.tenant, of.acceptedAt, [of.source, of.eventId, of.rule, of.recipient]);
}

/** A notification's delivery through `channel`; derivable by whoever knows the notification. */
export function deliveryId(
  secret: IdSecret,
  tenant: string,
  notification: string,
  channel: string,
): string {
  return useId(secret, tenant, notification, { channel, use: 0 });
}

/** What tells a saga's deliveries through one channel apart: 0 is the first, named as anybody's only one. */
export type ChannelUse = { channel: string; use: number };

/** The largest `use`: one for each step a workflow may have, and one for its correction. */
export const MAX_USE = 99;

/** A saga's delivery through a channel that it may use again. */
export function useId(
  secret: IdSecret,
  tenant: string,
  notification: string,
  { channel, use }: ChannelUse,
): string {
  const parts = [notification, channel, ...(use === 0 ? [] : [String(use)])];
  return deriveId(secret, tenant, acceptedAtOf(notification), parts);
}

/** True when `id` names a delivery of the notification through `channel`: the only one, or any that a saga may make. */
export function isDeliveryOf(
  secret: IdSecret,
  of: { tenant: string; notificationId: string; channel: string },
  id: string,
): boolean {
  const { tenant, notificationId: notification, channel } = of;
  if (!verifyId(secret, tenant, id)) return false;
  for (let use = 0; use <= MAX_USE; use += 1) {
    if (useId(secret, tenant, notification, { channel, use }) === id) return true;
  }
  return false;
}

/** The saga that carries a notification out; derivable by whoever knows the notification. */
export function sagaId(secret: IdSecret, tenant: string, notification: string): string {
  return deriveId(secret, tenant, acceptedAtOf(notification), [notification, "saga"]);
}

/** A fact about `subject` (a notification or delivery); repeats of the same fact share the id. */
export function factId(
  secret: IdSecret,
  tenant: string,
  subject: string,
  what: readonly string[],
): string {
  return deriveId(secret, tenant, acceptedAtOf(subject), [subject, ...what]);
}

/** Hexadecimal digits of the accept time, of the hash of what is named, and of the MAC. */
const TIME_DIGITS = 12;
const NAME_DIGITS = 16;
const MAC_DIGITS = 4;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Text digests in one call take a fifth of what buffers and a Hmac object do; ids are made on every hot path. */
const keys = new WeakMap<IdSecret, string>();

/** A keyed hash; that 16 of its 256 bits are told leaves nothing to extend it from. */
function mac(secret: IdSecret, tenant: string, digits: string): string {
  let key = keys.get(secret);
  if (key === undefined) keys.set(secret, (key = secret.toString("hex")));
  return hash("sha256", `${key}\0${tenant}\0${digits}`, "hex").slice(0, MAC_DIGITS);
}

function toUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
