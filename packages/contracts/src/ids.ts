import {
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";

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
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(acceptedAt, 0, 6);
  const named = createHash("sha256")
    .update([tenant, ...parts].join("\0"))
    .digest();
  named.copy(bytes, 6, 0, 8);
  mac(secret, tenant, bytes).copy(bytes, 14, 0, 2);
  return toUuid(bytes);
}

/** True when `id` was derived under this secret for this tenant (1 in 65,536 made-up ids passes). */
export function verifyId(secret: IdSecret, tenant: string, id: string): boolean {
  const bytes = fromUuid(id);
  return bytes !== null && timingSafeEqual(mac(secret, tenant, bytes), bytes.subarray(14));
}

/** Accept time (ms) an id carries; NaN when `id` is not a UUID. */
export function acceptedAtOf(id: string): number {
  return fromUuid(id)?.readUIntBE(0, 6) ?? Number.NaN;
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
  return deriveId(secret, tenant, acceptedAtOf(notification), [notification, channel]);
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

/** A key object makes the HMAC five times as fast as a buffer; ids are made on every hot path. */
const keys = new WeakMap<IdSecret, KeyObject>();

function mac(secret: IdSecret, tenant: string, bytes: Buffer): Buffer {
  let key = keys.get(secret);
  if (key === undefined) keys.set(secret, (key = createSecretKey(secret)));
  return createHmac("sha256", key)
    .update(`${tenant}\0`)
    .update(bytes.subarray(0, 14))
    .digest()
    .subarray(0, 2);
}

function toUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function fromUuid(id: string): Buffer | null {
  return UUID.test(id) ? Buffer.from(id.replaceAll("-", ""), "hex") : null;
}
