import { CE, PulseError, STAMP } from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT, type OutRecord } from "@pulsecourier/kafka";
import { formatTraceparent, type Trace } from "@pulsecourier/observability";

/** Bytes one event may take on its topic; leaves room under the brokers' limit of 1 MiB a request. */
const MAX_EVENT_BYTES = 900 * 1024;

/** When and against which catalog something was accepted, and the span it belongs to. */
export type Accepted = {
  tenant: string;
  acceptedAt: number;
  catalogRevision: number;
  trace: Trace;
};

/** A CloudEvent (binary mode) as it goes to its event topic, with what the gateway fixes about it. */
export function acceptedRecord(
  event: {
    topic: string;
    id: string;
    subject?: string | undefined;
    attributes: Record<string, string>;
  },
  value: Buffer,
  { tenant, acceptedAt, catalogRevision, trace }: Accepted,
): OutRecord {
  if (value.length > MAX_EVENT_BYTES) {
    throw new PulseError("body_too_large", `An event may have at most ${MAX_EVENT_BYTES} bytes.`);
  }
  return {
    topic: event.topic,
    key: `${tenant}:${event.subject ?? event.id}`,
    value,
    headers: {
      ...event.attributes,
      [CE.id]: event.id,
      [CE.specversion]: "1.0",
      [CE.tenant]: tenant,
      "content-type": "application/json",
      [STAMP.acceptedAt]: String(acceptedAt),
      [STAMP.catalogRevision]: String(catalogRevision),
      [HEADER_TRACEPARENT]: formatTraceparent(trace),
    },
  };
}
