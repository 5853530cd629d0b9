import type { Db } from "@pulsecourier/db";
import type { Connection } from "./connection.ts";

const INTERVAL_MS = 500;
/** Notifications one socket may watch. */
const MAX_WATCHED = 100;

/** Tells sockets when a notification they watch changes its status; each sees only its own recipient's. */
export type StatusWatch = {
  watch: (connection: Connection, notifications: readonly string[]) => void;
  forget: (connection: Connection) => void;
  close: () => Promise<void>;
};

const STATUSES = `
select n.tenant, n.recipient, n.id, n.status
from unnest($1::text[], $2::text[], $3::uuid[]) as w (tenant, recipient, id)
join tracking.notifications as n on n.tenant = w.tenant and n.id = w.id and n.recipient = w.recipient`;

export function createStatusWatch(o: { db: Db; onError: (error: unknown) => void }): StatusWatch {
  const watched = new Map<Connection, Map<string, string | null>>();
  let polling: Promise<void> = Promise.resolve();
  let busy = false;

  const timer = setInterval(() => {
    if (busy || watched.size === 0) return;
    busy = true;
    polling = poll()
      .catch(o.onError)
      .finally(() => {
        busy = false;
      });
  }, INTERVAL_MS);

  async function poll(): Promise<void> {
    const asked = [...watched].flatMap(([connection, ids]) => [...ids.keys()].map((id) => ({ ...connection.identity, id })));
    const rows = await o.db.query<{ tenant: string; recipient: string; id: string; status: string }>(
      "realtime-statuses",
      STATUSES,
      [asked.map((one) => one.tenant), asked.map((one) => one.recipient), asked.map((one) => one.id)],
    );
    const statuses = new Map(rows.map((row) => [JSON.stringify([row.tenant, row.recipient, row.id]), row.status]));
    for (const [connection, ids] of watched) {
      const { tenant, recipient } = connection.identity;
      for (const [id, last] of ids) {
        const status = statuses.get(JSON.stringify([tenant, recipient, id]));
        if (status === undefined || status === last) continue;
        ids.set(id, status);
        connection.send({ type: "status", notification: { id, status } });
      }
    }
  }

  return {
    watch: (connection, notifications) => {
      const ids = watched.get(connection) ?? new Map<string, string | null>();
      for (const id of notifications) if (ids.size < MAX_WATCHED && !ids.has(id)) ids.set(id, null);
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
