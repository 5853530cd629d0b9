import { SagaInput } from "@pulsecourier/contracts";
import { deadLetter, HEADER_TRACEPARENT, type InRecord, type OutRecord } from "@pulsecourier/kafka";

/** An input as it came, with the trace it belongs to. */
export type Incoming = { input: SagaInput; traceparent: string | undefined };

export type ReadInput = { ok: true; incoming: Incoming } | { ok: false; letter: OutRecord };

/** Reads a record of the sagas topic; what is no input becomes a dead letter. Total. */
export function readInput(
  record: InRecord,
  to: { group: string; deadLetterTopic: string },
): ReadInput {
  const parsed = SagaInput.safeParse(parse(record.value?.toString() ?? ""));
  if (parsed.success) {
    const traceparent = record.headers[HEADER_TRACEPARENT];
    return { ok: true, incoming: { input: parsed.data, traceparent } };
  }
  const [issue] = parsed.error.issues;
  const letter = deadLetter(record, {
    group: to.group,
    topic: to.deadLetterTopic,
    reason: "poison",
    code: "malformed_record",
    message: `Not an input of a saga: ${issue?.path.join(".")}: ${issue?.message}`,
  });
  return { ok: false, letter };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
