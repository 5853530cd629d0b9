import { setTimeout as delay } from "node:timers/promises";
import type { NotificationView } from "@pulsecourier/contracts";
import type { Api } from "../api-client.ts";
import { connect } from "../connect.ts";
import { createTimelineFollower, type Happening } from "../tail/follow-timelines.ts";
import { parseSince } from "../tail/parse-since.ts";
import { happeningLine } from "../terminal/timeline.ts";
import { untilStopped } from "./until-stopped.ts";

const POLL_MS = 500;
/** Further back than this many newest notifications, nothing is watched. */
const MOST_WATCHED = 1_000;
const PAGE = 100;
const AT_ONCE = 10;

type Page = { data: NotificationView[]; nextCursor: string | null };

/** `pulse tail`: one line for everything that happens to notifications accepted from `since` (now) on; until Ctrl-C. */
export async function tail(options: { json: boolean; since?: string }): Promise<number> {
  const api = connect();
  const since = parseSince(options.since, new Date());
  const follower = createTimelineFollower(MOST_WATCHED);
  const { signal } = untilStopped();
  while (!signal.aborted) {
    const changed = (await newest(api, since)).filter((view) => follower.changed(view));
    const happened: Happening[] = [];
    for (let from = 0; from < changed.length; from += AT_ONCE) {
      const views = await Promise.all(
        changed
          .slice(from, from + AT_ONCE)
          .map(({ id }) => api.get<NotificationView>(`/v1/notifications/${id}`)),
      );
      happened.push(...views.flatMap((view) => follower.newEntries(view)));
    }
    for (const one of happened.toSorted((a, b) => a.at.localeCompare(b.at)))
      process.stdout.write(`${options.json ? JSON.stringify(one) : happeningLine(one)}\n`);
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return 0;
}

async function newest(api: Api, since: Date): Promise<NotificationView[]> {
  const query = new URLSearchParams({ since: since.toISOString(), limit: String(PAGE) });
  const found: NotificationView[] = [];
  for (;;) {
    const { data, nextCursor } = await api.get<Page>(`/v1/notifications?${query.toString()}`);
    found.push(...data);
    if (nextCursor === null || found.length >= MOST_WATCHED) return found;
    query.set("cursor", nextCursor);
  }
}
