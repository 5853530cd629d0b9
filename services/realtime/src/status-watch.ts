import type { Db } from "@pulsecourier/db";
import type { Connection } from "./connection.ts";

const INTERVAL_MS = 500;
/** Notifications one socket may watch. */
const MAX_WATCHED = 100;
/** Notifications one query asks about. */
const MAX_ASKED = 2_000;

/** Tells sockets when a notification they watch changes its status; each sees only its own recipient's. */
export type StatusWatch = {
  /** Adds to what the socket watches; beyond 100 the oldest are forgotten. */
  watch: (connection: Connection, notifications: readonly string[]) => void;
  forget: (connection: Connection) => void;
  close: () => Promise<void>;
};

type Watched = Map<string, { status: string | null }>;
type Asked = { connection: Connection; id: string; last: { status: string | null } };

const STATUSES = `
select w.place::int, n.status
from unnest($1::text[], $2::text[], $3::uuid[]) with ordinality as w (tenant, recipient, id, place)
join tracking.notifications as n on n.tenant = w.tenant and n.id = w.id and n.recipient = w.recipient`;

export function createStatusWatch(o: { db: Db; onError: (error: unknown) => void }): StatusWatch {
  const watched = new Map<Connection, Watched>();
  let polling: Promise<void> | null = null;

  const timer = setInterval(() => {
    polling ??= poll()
      .catch(o.onError)
      .finally(() => {
        polling = null;
      });
  }, INTERVAL_MS);

  async function poll(): Promise<void> {
    const asked: Asked[] = [...watched].flatMap(([connection, ids]) =>
      [...ids].map(([id, last]) => ({ connection, id, last })),
    );
    for (let at = 0; at < asked.length; at += MAX_ASKED)
      await tell(o.db, asked.slice(at, at + MAX_ASKED));
  }

  return {
    watch: (connection, notifications) => {
      const ids = watched.get(connection) ?? new Map<string, { status: string | null }>();
      for (const id of notifications) if (!ids.has(id)) ids.set(id, { status: null });
      for (const oldest of [...ids.keys()].slice(0, -MAX_WATCHED)) ids.delete(oldest);
      watched.set(connection, ids);
    },
    forget: (connection) => {
      watched.delete(connection);
    },
    close: async () => {
      clearInterval(timer);
      await polling;
    },
  };
}

async function tell(db: Db, asked: readonly Asked[]): Promise<void> {
  const rows = await db.query<{ place: number; status: string }>("realtime-statuses", STATUSES, [
    asked.map((one) => one.connection.identity.tenant),
    asked.map((one) => one.connection.identity.recipient),
    asked.map((one) => one.id),
  ]);
  for (const { place, status } of rows) {
    const one = asked[place - 1];
    // A socket that does not read hears of it when it does.
    if (one === undefined || one.last.status === status || !one.connection.takesItems()) continue;
    one.last.status = status;
    one.connection.send({ type: "status", notification: { id: one.id, status } });
  }
}
