import { CE } from "@pulsecourier/contracts";
import type { InRecord } from "@pulsecourier/kafka";

/** A CloudEvent of the Kafka protocol binding 1.0, attributes not yet checked. */
export type ReadCloudEvent =
  | {
      ok: true;
      tenant: string;
      attributes: Record<string, unknown>;
      data: unknown;
      /** The data's own JSON text, where it stands alone. */
      json: string | null;
    }
  | { ok: false; problem: string };

const STRUCTURED = "application/cloudevents+json";

/** Reads either content mode: structured when the content type says so, else binary. */
export function readCloudEvent(record: InRecord): ReadCloudEvent {
  const contentType = record.headers["content-type"] ?? "";
  if (contentType.startsWith(STRUCTURED)) return readStructured(record);
  if (contentType.startsWith("application/cloudevents")) {
    return {
      ok: false,
      problem: `content type ${contentType} is not used on Kafka: one event a record`,
    };
  }
  return readBinary(record, contentType);
}

function readStructured(record: InRecord): ReadCloudEvent {
  const parsed = parseJson(record.value);
  if (!parsed.ok) return parsed;
  if (!isObject(parsed.value)) return { ok: false, problem: "the value is no JSON object" };
  const { data = {}, ...attributes } = parsed.value;
  const tenant = record.headers[CE.tenant] ?? attributes["pulsetenant"];
  if (typeof tenant !== "string" || tenant === "") return noTenant;
  return { ok: true, tenant, attributes, data, json: null };
}

function readBinary(record: InRecord, contentType: string): ReadCloudEvent {
  const { headers } = record;
  if (headers[CE.specversion] === undefined) {
    const problem = `no CloudEvent: neither header ${CE.specversion} nor content type ${STRUCTURED}`;
    return { ok: false, problem };
  }
  const tenant = headers[CE.tenant];
  if (tenant === undefined || tenant === "") return noTenant;
  if (contentType !== "" && !/^application\/([^;]+\+)?json\b/.test(contentType)) {
    return { ok: false, problem: `content type ${contentType}; data must be JSON` };
  }
  const attributes: Record<string, unknown> = {};
  for (const name in headers) {
    if (name.startsWith("ce_")) attributes[name.slice(3)] = headers[name];
  }
  if (record.value === null || record.value.length === 0) {
    return { ok: true, tenant, attributes, data: {}, json: "{}" };
  }
  const parsed = parseJson(record.value);
  return parsed.ok
    ? { ok: true, tenant, attributes, data: parsed.value, json: parsed.json }
    : parsed;
}

const noTenant = {
  ok: false,
  problem: `header ${CE.tenant} is missing; it names the tenant the event belongs to`,
} as const;

type Json = { ok: true; value: unknown; json: string } | { ok: false; problem: string };

function parseJson(value: Buffer | null): Json {
  const json = value?.toString("utf8") ?? "";
  try {
    return { ok: true, value: JSON.parse(json), json };
  } catch {
    // V8's message quotes the text, which may hold addresses.
    return { ok: false, problem: "the value is not valid JSON" };
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
