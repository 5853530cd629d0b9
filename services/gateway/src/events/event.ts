import {
  CloudEventAttributes,
  type Lane,
  MAX_DATA_BYTES,
  PulseError,
  RESERVED_TYPE_PREFIX,
  type TopicNames,
} from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import { type Accepted, acceptedRecord } from "../accept-record.ts";
import { detailOf, pointerOf, toProblems } from "../http/schema-problems.ts";

/** A CloudEvent taken apart: its attributes as record headers, its data as bytes. */
export type ReceivedEvent = {
  id: string;
  subject: string | undefined;
  lane: Lane;
  attributes: Record<string, string>;
  data: Buffer;
};

const NAME = /^[a-z0-9]{1,64}$/;
/** Set by us, or said by the record itself. */
const NOT_COPIED = new Set(["id", "specversion", "datacontenttype", "data", "pulsetenant"]);

/**
 * Checks an event's attributes (CloudEvents 1.0): `malformed_event` naming the attribute, `reserved_event_type`.
 * `value` holds the attributes by name, perhaps among others' fields; `at` is where in the body it stands.
 */
export function readEvent(
  value: unknown,
  data: Buffer,
  at: readonly PropertyKey[] = [],
): ReceivedEvent {
  const result = CloudEventAttributes.safeParse(value);
  if (!result.success) throw malformed(result.error.issues, at);
  const { id, subject, type, pulselane } = result.data;
  if (type.startsWith(RESERVED_TYPE_PREFIX)) {
    const problems = [{ pointer: pointerOf([...at, "type"]), detail: "is reserved" }];
    throw new PulseError("reserved_event_type", undefined, { problems });
  }
  if (data.length > MAX_DATA_BYTES) {
    const problems = [
      { pointer: pointerOf([...at, "data"]), detail: `may have at most ${MAX_DATA_BYTES} bytes` },
    ];
    throw new PulseError("invalid_request", undefined, { problems });
  }
  return { id, subject, lane: pulselane ?? "normal", attributes: toHeaders(result.data, at), data };
}

function toHeaders(
  attributes: Record<string, unknown>,
  at: readonly PropertyKey[],
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (NOT_COPIED.has(name) || value === undefined) continue;
    const text = scalarText(value);
    if (!NAME.test(name) || text === null || text.length > 1_024) {
      const detail =
        "attributes have lower-case names of letters and digits, and text, number or boolean values";
      const problems = [{ pointer: pointerOf([...at, name]), detail }];
      throw new PulseError("malformed_event", `Attribute \`${name}\`: ${detail}.`, { problems });
    }
    headers[`ce_${name}`] = text;
  }
  return headers;
}

function scalarText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function malformed(
  issues: Parameters<typeof toProblems>[0],
  at: readonly PropertyKey[],
): PulseError {
  const problems = toProblems(issues, at);
  const names = issues.map((issue) => `\`${String(issue.path[0] ?? "event")}\` ${detailOf(issue)}`);
  return new PulseError(
    "malformed_event",
    `Attributes missing or of the wrong form: ${names.join(", ")}.`,
    {
      problems,
    },
  );
}

/** The record an event becomes on the topic of its lane. */
export function eventRecord(
  event: ReceivedEvent,
  accepted: Accepted,
  names: TopicNames,
): OutRecord {
  const { id, subject, attributes, data, lane } = event;
  return acceptedRecord({ topic: names.events(lane), id, subject, attributes }, data, accepted);
}
