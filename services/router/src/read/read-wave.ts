import { WaveRequest } from "@pulsecourier/contracts";
import type { IncomingEvent, RefusedRecord } from "./event.ts";

type Base = Omit<IncomingEvent, "data" | "dataJson" | "adhoc" | "wave">;

/** Reads what a saga asks for. It is about the event the saga came from, and carries that event's name. */
export function readWave(
  base: Base,
  value: unknown,
): { ok: true; event: IncomingEvent } | { ok: false; refused: RefusedRecord } {
  const parsed = WaveRequest.safeParse(value);
  if (!parsed.success || base.stamp.acceptedAt === null) {
    const [issue] = parsed.error?.issues ?? [];
    const message = `a saga's request: ${issue?.path.join(".")}: ${issue?.message}`;
    const code = "malformed_record";
    return {
      ok: false,
      refused: { record: base.record, reason: "poison", code, message, ends: null },
    };
  }
  const wave = parsed.data;
  const { summary, data } = wave.request;
  const { eventId: id, source, lane } = summary;
  const dataJson = JSON.stringify(data);
  return { ok: true, event: { ...base, id, source, lane, data, dataJson, adhoc: null, wave } };
}
