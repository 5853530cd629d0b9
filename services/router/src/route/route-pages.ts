import type { FanoutPage } from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import { decideEvent } from "../decide/decide-event.ts";
import { type AskedPage, refusedPage } from "../read/read-page.ts";
import { readEvent } from "../read/read-event.ts";
import { refuseRecord } from "../read/refuse-record.ts";
import type { Request } from "../read/request.ts";
import { endFanout, type Fanout, noteProgress, readFanouts } from "../stores/fanout-store.ts";
import { readMembers } from "../stores/member-store.ts";
import { findTombstones } from "../stores/tombstone-store.ts";
import { pageRecord } from "./page-record.ts";
import { chunksOf, routeChunk } from "./route-chunk.ts";
import type { RouterContext } from "./route-events.ts";

/** Members of a page. */
const PAGE = 1_000;

type PageContext = Omit<RouterContext, "now"> & { now: number };

/**
 * Writes pages of fan-outs: the notifications of the members behind the page before, then, when those are acknowledged,
 * the record that asks for the next page. So such a record says that all before it is written, and whatever is written
 * twice after a crash has the same ids. A page behind what is known to be written is dropped, and with it the second
 * of two rows of pages that a crash began.
 */
export async function* routePages(
  pages: AskedPage[],
  context: PageContext,
): AsyncGenerator<OutRecord[], void, void> {
  const ids = [...new Set(pages.map(({ fanoutId }) => fanoutId))];
  const [find, cancelled] = await Promise.all([
    readFanouts(context.db, ids),
    findTombstones(context.db, ids),
  ]);
  for (const page of furthestOf(pages)) {
    const fanout = find(page.tenant, page.fanoutId);
    if (fanout === null) yield refuse(page, "there is no such fan-out", context);
    else if (fanout.status !== "running" || isBehind(page, fanout)) continue;
    else if (cancelled.has(fanout.id)) await endFanout(context.db, fanout.id, "cancelled");
    else yield* routePage(page, fanout, context);
  }
}

/** Of several pages of a fan-out the furthest says that the others are written. */
function furthestOf(pages: AskedPage[]): Iterable<AskedPage> {
  const furthest = new Map<string, AskedPage>();
  for (const page of pages) {
    const key = `${page.tenant}\0${page.fanoutId}`;
    const other = furthest.get(key);
    if (other === undefined || (other.after ?? "") < (page.after ?? "")) furthest.set(key, page);
  }
  return furthest.values();
}

function isBehind({ after }: FanoutPage, { reached }: Fanout): boolean {
  return reached !== null && (after ?? "") < reached;
}

async function* routePage(
  page: AskedPage,
  fanout: Fanout,
  context: PageContext,
): AsyncGenerator<OutRecord[], void, void> {
  const { db } = context;
  const request = await requestOf(fanout, page, context);
  if (request === null) {
    await endFanout(db, fanout.id, "failed");
    yield refuse(page, "its event asks for nothing any more", context);
    return;
  }
  const { audienceId } = fanout;
  const members = await readMembers(db, { audienceId, after: page.after, limit: PAGE });
  const recipients = new Map(members.map((id) => [id, id]));
  for (const intents of chunksOf([{ ...request, recipients }], context.secret))
    yield await routeChunk(intents, context);
  const { fanoutId } = page;
  const reached = members.at(-1) ?? page.after;
  const next = { expanded: page.expanded + members.length, pages: page.pages + 1 };
  if (members.length === PAGE) {
    const { traceparent } = request.event;
    const of = { ...fanout, tenant: page.tenant, traceparent };
    yield [pageRecord({ fanoutId, after: reached, ...next }, of, context)];
  }
  await noteProgress(db, { id: fanoutId, reached, ...next });
  if (members.length < PAGE) await endFanout(db, fanoutId, "completed");
  context.metrics.event("page");
}

/** What the fan-out's event asked for, decided again as it was: by the catalog it was accepted with. */
async function requestOf(
  fanout: Fanout,
  { record, tenant }: AskedPage,
  { catalog, secret, logger }: PageContext,
): Promise<Request | null> {
  const { headers, value, acceptedAt, revision, lane } = fanout;
  const read = readEvent({ ...record, headers, value });
  if (!read.ok) return null;
  const snapshot = await catalog.at(tenant, revision);
  try {
    const event = { ...read.event, acceptedAt, revision, due: true };
    const { requests } = decideEvent(event, snapshot, secret);
    const request = requests.find(({ rule }) => (rule?.name ?? "") === fanout.rule);
    return request === undefined ? null : { ...request, lane };
  } catch (err) {
    logger.error({ err, tenant, fanoutId: fanout.id }, "a fan-out's event could not be decided");
    return null;
  }
}

function refuse({ record }: AskedPage, why: string, context: PageContext): OutRecord[] {
  return refuseRecord(refusedPage(record, why), context);
}
