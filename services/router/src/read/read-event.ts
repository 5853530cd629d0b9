import {
  ADHOC_SOURCE,
  ADHOC_TYPE,
  AdhocEvent,
  CloudEventAttributes,
  type ErrorCode,
  HELD_SOURCE,
  HELD_TYPE,
  InlineRecipient,
  Lane,
  MAX_DATA_BYTES,
  MAX_RECIPIENTS,
  Name,
  recipientKey,
  RESERVED_TYPE_PREFIX,
  STAMP,
  WAVE_SOURCE,
  WAVE_TYPE,
} from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT, type InRecord } from "@pulsecourier/kafka";
import {
  childSpan,
  formatTraceparent,
  newTrace,
  parseTraceparent,
} from "@pulsecourier/observability";
import { z } from "zod";
import type { IncomingEvent, RefusedRecord } from "./event.ts";
import { isObject, readCloudEvent } from "./read-cloud-event.ts";
import { readHeld, readWave } from "./read-wave.ts";

export type ReadEvent = { ok: true; event: IncomingEvent } | { ok: false; refused: RefusedRecord };

/** Levels of lists and objects data may have, so that nobody who walks it runs out of stack. */
const MAX_DEPTH = 64;
/** Ids hold 48 bits of accept time. */
const MAX_TIME = 2 ** 48 - 1;
const Named = z.union([Name, InlineRecipient]);

/** Reads a record of an event topic: CloudEvents binary or structured, from upstream or the gateway. Total. */
export function readEvent(record: InRecord): ReadEvent {
  const cloudEvent = readCloudEvent(record);
  if (!cloudEvent.ok) return refuse(record, "malformed_record", cloudEvent.problem, null);
  if (isDeeper(cloudEvent, MAX_DEPTH)) {
    const message = `the event is nested more than ${MAX_DEPTH} deep`;
    return refuse(record, "malformed_record", message, null);
  }
  const parsed = CloudEventAttributes.safeParse(cloudEvent.attributes);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `attribute ${issue?.path.join(".")} of the CloudEvent: ${issue?.message}`;
    return refuse(record, "malformed_record", message, null);
  }
  const { id, source, type, subject, time, pulselane } = parsed.data;
  const { tenant } = cloudEvent;
  if ([tenant, id, source, type, subject ?? ""].some((text) => text.includes("\0"))) {
    return refuse(record, "malformed_record", "an attribute holds the character U+0000", null);
  }
  const adhoc = type === ADHOC_TYPE && source === ADHOC_SOURCE;
  const isWave = type === WAVE_TYPE && source === WAVE_SOURCE;
  const isHeld = type === HELD_TYPE && source === HELD_SOURCE;
  if (type.startsWith(RESERVED_TYPE_PREFIX) && !adhoc && !isWave && !isHeld) {
    const message = `event type ${type} is reserved; choose one that does not start with ${RESERVED_TYPE_PREFIX}`;
    return refuse(record, "reserved_event_type", message, null);
  }
  const trace = parseTraceparent(record.headers[HEADER_TRACEPARENT]) ?? newTrace();
  const base = {
    record,
    tenant,
    id,
    source,
    type,
    ...(subject !== undefined && { subject }),
    ...(time !== undefined && { time }),
    lane: pulselane ?? laneOf(record.topic),
    stamp: {
      acceptedAt: readNumber(record.headers[STAMP.acceptedAt]),
      revision: readNumber(record.headers[STAMP.catalogRevision]),
    },
    due: record.headers[STAMP.due] !== undefined,
    release: readRelease(record.headers),
    parked: readParked(record.headers),
    traceparent: formatTraceparent(childSpan(trace)),
  };
  if ((isWave || isHeld) && base.stamp.acceptedAt === null) {
    return refuse(record, "malformed_record", `${type} without ${STAMP.acceptedAt}`, null);
  }
  if (isWave) return readWave(base, cloudEvent.data);
  if (isHeld) return readHeld(base, cloudEvent.data);
  return adhoc ? readAdhoc(base, cloudEvent.data) : readData(base, cloudEvent);
}

const Pause = z.guid();

function readParked(headers: InRecord["headers"]): IncomingEvent["parked"] {
  const { [STAMP.rule]: rule, [STAMP.pause]: pause } = headers;
  if (rule === undefined || !Pause.safeParse(pause).success) return null;
  return { rule, pause: pause ?? "", isOver: false };
}

type Base = Omit<IncomingEvent, "data" | "dataJson" | "adhoc" | "wave" | "held">;

function readData(base: Base, { data, json }: { data: unknown; json: string | null }): ReadEvent {
  if (!isObject(data)) {
    const message = "the data is no JSON object; templates name its fields";
    return refuse(base.record, "malformed_record", message, null);
  }
  const dataJson = json ?? JSON.stringify(data);
  if (isTooLarge(dataJson)) return refuse(base.record, "content_too_large", TOO_LARGE, null);
  return { ok: true, event: { ...base, data, dataJson, adhoc: null, wave: null, held: null } };
}

function readAdhoc(base: Base, value: unknown): ReadEvent {
  const { acceptedAt } = base.stamp;
  if (acceptedAt === null) {
    const message = `an ad-hoc request without ${STAMP.acceptedAt}; send it through the gateway`;
    return refuse(base.record, "malformed_record", message, null);
  }
  const ends = () => ({ event: base, acceptedAt, recipientKeys: readKeys(value) });
  const parsed = AdhocEvent.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `the request's ${issue?.path.join(".") || "value"}: ${issue?.message}`;
    return refuse(base.record, "malformed_record", message, ends());
  }
  const { data, lane } = parsed.data;
  const dataJson = JSON.stringify(data);
  if (isTooLarge(dataJson)) return refuse(base.record, "content_too_large", TOO_LARGE, ends());
  const asked = { adhoc: parsed.data, wave: null, held: null };
  return { ok: true, event: { ...base, lane, data, dataJson, ...asked } };
}

/** Recipients a request names as far as it can be read. */
function readKeys(request: unknown): string[] {
  const to = isObject(request) && Array.isArray(request["to"]) ? request["to"] : [];
  const parsed = to.slice(0, MAX_RECIPIENTS).map((one) => Named.safeParse(one));
  return [...new Set(parsed.flatMap((one) => (one.success ? [recipientKey(one.data)] : [])))];
}

function refuse(
  record: InRecord,
  code: ErrorCode,
  message: string,
  ends: RefusedRecord["ends"],
): ReadEvent {
  const reason = code === "malformed_record" ? "poison" : "rejected";
  return { ok: false, refused: { record, reason, code, message, ends } };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const member of Object.values(value)) {
    if (typeof member === "object" && isDeeper(member, levels - 1)) return true;
  }
  return false;
}

const TOO_LARGE = `the data is over ${MAX_DATA_BYTES} bytes; pass a reference to it instead`;

/** Every recipient gets a copy of the data. */
function isTooLarge(json: string): boolean {
  return Buffer.byteLength(json) > MAX_DATA_BYTES;
}

function laneOf(topic: string): Lane {
  const lane = Lane.safeParse(/([a-z]+)\.v1$/.exec(topic)?.[1]);
  return lane.success ? lane.data : "normal";
}

function readRelease(headers: InRecord["headers"]): IncomingEvent["release"] {
  const until = readNumber(headers[STAMP.heldUntil]);
  return until === null ? null : { holds: readNumber(headers[STAMP.holds]) ?? 1, until };
}

function readNumber(header: string | undefined): number | null {
  const number = header === undefined || !/^\d{1,15}$/.test(header) ? Number.NaN : Number(header);
  return number <= MAX_TIME ? number : null;
}
