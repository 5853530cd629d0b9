import type { IncomingHttpHeaders } from "node:http";
import { MAX_BATCH, PulseError } from "@pulsecourier/contracts";
import { attempt } from "../http/attempt.ts";
import { parseJson } from "../http/parse-json.ts";
import { pointerOf } from "../http/schema-problems.ts";
import { type ReceivedEvent, readEvent } from "./event.ts";

/** An event in structured mode: attributes and data in one JSON object. */
export function readStructured(rawBody: Buffer): ReceivedEvent {
  return fromObject(parseJson(rawBody), []);
}

/** Events in batched mode, each checked alone. */
export function readBatch(rawBody: Buffer): (ReceivedEvent | PulseError)[] {
  const body = parseJson(rawBody);
  if (!Array.isArray(body) || body.length === 0 || body.length > MAX_BATCH) {
    throw refused([], `Send a JSON array of 1 to ${MAX_BATCH} events.`);
  }
  return body.map((one: unknown, index) => attempt(() => fromObject(one, [index])));
}

/** An event in binary mode: attributes in `ce-` headers, percent-encoded; the body is the data. */
export function readBinary(headers: IncomingHttpHeaders, rawBody: Buffer): ReceivedEvent {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("ce-") && typeof value === "string")
      attributes[name.slice(3)] = decode(value);
  }
  if (rawBody.length > 0 && !isObject(parseJson(rawBody))) {
    throw refused([], "The data of an event must be a JSON object.");
  }
  return readEvent(attributes, rawBody.length > 0 ? rawBody : NO_DATA);
}

const NO_DATA = Buffer.from("{}");

function fromObject(value: unknown, at: readonly PropertyKey[]): ReceivedEvent {
  if (!isObject(value)) throw new PulseError("malformed_event", "An event must be a JSON object.");
  if ("data_base64" in value)
    throw refused([...at, "data_base64"], "Binary data is not taken; send JSON in `data`.");
  const { data = {}, ...others } = value;
  if (data !== null && !isObject(data))
    throw refused([...at, "data"], "The data of an event must be a JSON object.");
  // The JSON format (CloudEvents 1.0.2 §2.2) says that null means absent.
  const attributes = Object.fromEntries(
    Object.entries(others).filter(([, attribute]) => attribute !== null),
  );
  return readEvent(attributes, Buffer.from(JSON.stringify(data ?? {})), at);
}

function refused(path: readonly PropertyKey[], detail: string): PulseError {
  return new PulseError("invalid_request", detail, {
    problems: [{ pointer: pointerOf(path), detail }],
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** HTTP binding §3.1.3.2; text that is not percent-encoded UTF-8 stays as it is. */
function decode(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
