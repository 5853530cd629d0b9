import { CE, FanoutPage, PAGE_SOURCE, PAGE_TYPE } from "@pulsecourier/contracts";
import type { InRecord } from "@pulsecourier/kafka";
import type { RefusedRecord } from "./event.ts";

/** A page of a fan-out the router asked itself for. */
export type AskedPage = FanoutPage & { record: InRecord; tenant: string };

/** The record asks for a page of a fan-out. */
export function isPage({ headers }: InRecord): boolean {
  return headers[CE.type] === PAGE_TYPE && headers[CE.source] === PAGE_SOURCE;
}

export function readPage(
  record: InRecord,
): { ok: true; page: AskedPage } | { ok: false; refused: RefusedRecord } {
  const tenant = record.headers[CE.tenant];
  const parsed = FanoutPage.safeParse(parseJson(record.value));
  if (parsed.success && tenant !== undefined)
    return { ok: true, page: { ...parsed.data, record, tenant } };
  return { ok: false, refused: refusedPage(record, "it is not what the router writes") };
}

export function refusedPage(record: InRecord, why: string): RefusedRecord {
  const message = `a page of a fan-out: ${why}`;
  return { record, reason: "poison", code: "malformed_record", message, ends: null };
}

function parseJson(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString("utf8") ?? "");
  } catch {
    return undefined;
  }
}
