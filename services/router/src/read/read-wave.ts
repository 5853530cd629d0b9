import { HeldRequest, type SagaRequest, WaveRequest } from "@pulsecourier/contracts";
import type { z } from "zod";
import type { IncomingEvent, RefusedRecord } from "./event.ts";

type Base = Omit<IncomingEvent, "data" | "dataJson" | "adhoc" | "wave" | "held">;
type Read = { ok: true; event: IncomingEvent } | { ok: false; refused: RefusedRecord };

/** Reads what a saga asks for. It is about the event the saga came from, and carries that event's name. */
export function readWave(base: Base, value: unknown): Read {
  const parsed = WaveRequest.safeParse(value);
  if (!parsed.success) return refuse(base, "a saga's request", parsed.error);
  const about = aboutEvent(base, parsed.data.request);
  return { ok: true, event: { ...about, wave: parsed.data, held: null } };
}

/** Reads what quiet hours held. It is about the event that asked for it, and carries that event's name. */
export function readHeld(base: Base, value: unknown): Read {
  const parsed = HeldRequest.safeParse(value);
  if (!parsed.success) return refuse(base, "a held request", parsed.error);
  const about = aboutEvent(base, parsed.data.request);
  return { ok: true, event: { ...about, wave: null, held: parsed.data } };
}

function aboutEvent(base: Base, { summary, data }: SagaRequest) {
  const { eventId: id, source, lane } = summary;
  const dataJson = JSON.stringify(data);
  return { ...base, id, source, lane, data, dataJson, adhoc: null };
}

function refuse({ record }: Base, what: string, error: z.ZodError): Read {
  const [issue] = error.issues;
  const message = `${what}: ${issue?.path.join(".")}: ${issue?.message}`;
  const refused = { record, reason: "poison", code: "malformed_record", message } as const;
  return { ok: false, refused: { ...refused, ends: null } };
}
