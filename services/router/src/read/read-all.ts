import type { InRecord } from "@pulsecourier/kafka";
import type { IncomingEvent, RefusedRecord } from "./event.ts";
import { readEvent } from "./read-event.ts";
import { type AskedPage, isPage, readPage } from "./read-page.ts";

/** The events of a wave of records, the pages of fan-outs among them, and what is neither. */
export function readAll(records: InRecord[]) {
  const events: IncomingEvent[] = [];
  const pages: AskedPage[] = [];
  const refused: RefusedRecord[] = [];
  for (const record of records) {
    if (isPage(record)) {
      const read = readPage(record);
      if (read.ok) pages.push(read.page);
      else refused.push(read.refused);
      continue;
    }
    const read = readEvent(record);
    if (read.ok) events.push(read.event);
    else refused.push(read.refused);
  }
  return { events, pages, refused };
}
