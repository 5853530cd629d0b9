import { type Db, missedInboxes } from "@pulsecourier/db";
import type { Fanout, Owner } from "@pulsecourier/redis";
import type { Connection } from "./connection.ts";
import type { Presence } from "./presence.ts";
import { pushMissed } from "./push-missed.ts";
import { createServeLoop } from "./serve-loop.ts";

/** Inboxes served by one query. */
const MAX_INBOXES = 200;

/**
 * Serves every socket of this instance. Whatever may have put something into an inbox (a hint over Redis, a new
 * socket, the regular comparison) only touches it; one loop then asks Postgres for what each socket has not had. So
 * an item is sent once and in order, and a lost hint only costs time.
 */
export type Hub = {
  add: (connection: Connection) => void;
  remove: (connection: Connection) => void;
  /** Serves the inbox of this connection soon. */
  touch: (connection: Connection) => void;
  touchAll: () => void;
  /** Says again who is connected here. */
  tellPresence: () => void;
  connections: () => readonly Connection[];
};

type Inbox = Owner & { connections: Set<Connection>; unsubscribe: () => void };

export function createHub(o: {
  db: Db;
  fanout: Fanout;
  presence: Presence;
  onError: (error: unknown) => void;
}): Hub {
  const inboxes = new Map<string, Inbox>();
  const loop = createServeLoop({ max: MAX_INBOXES, serve, onError: o.onError });
  const touchAll = () => {
    for (const key of inboxes.keys()) loop.touch(key);
  };

  async function serve(keys: readonly string[]): Promise<void> {
    const waiting = keys.flatMap((key) => audienceOf(inboxes.get(key)));
    if (waiting.length === 0) return;
    const missed = await missedInboxes(o.db, waiting);
    for (const [at, { audience }] of waiting.entries()) {
      const inbox = missed[at];
      if (inbox === undefined) continue;
      for (const one of audience) one.together(() => pushMissed(one, inbox));
      // There is more than one answer holds.
      if (audience.some((one) => one.position < inbox.seq && one.takesItems()))
        loop.touch(keyOf(inbox));
    }
  }

  function open(key: string, { tenant, recipient }: Owner): Inbox {
    const unsubscribe = o.fanout.subscribe(channelOf({ tenant, recipient }), () => loop.touch(key));
    // Looking again once hints are certain to come: nothing falls between the first look and the first hint.
    void o.fanout.settled().then(() => loop.touch(key));
    o.presence.arrived({ tenant, recipient });
    return { tenant, recipient, connections: new Set(), unsubscribe };
  }

  return {
    add: (connection) => {
      const key = keyOf(connection.identity);
      const inbox = inboxes.get(key) ?? open(key, connection.identity);
      inboxes.set(key, inbox);
      inbox.connections.add(connection);
      loop.touch(key);
    },
    remove: (connection) => {
      const key = keyOf(connection.identity);
      const inbox = inboxes.get(key);
      if (!inbox?.connections.delete(connection) || inbox.connections.size > 0) return;
      inbox.unsubscribe();
      inboxes.delete(key);
      o.presence.left(inbox);
    },
    touch: (connection) => loop.touch(keyOf(connection.identity)),
    touchAll,
    tellPresence: () => o.presence.refresh([...inboxes.values()]),
    connections: () => [...inboxes.values()].flatMap((inbox) => [...inbox.connections]),
  };
}

/** The Redis channel that tells of changes in an inbox. */
export const channelOf = (of: Owner) => `inbox:${of.tenant}:${of.recipient}`;

const keyOf = (of: Owner) => JSON.stringify([of.tenant, of.recipient]);

/** Who is to be served now and from where; a socket that joins while Postgres is asked has to wait for the next time. */
function audienceOf(inbox: Inbox | undefined) {
  if (inbox === undefined) return [];
  const audience = [...inbox.connections].filter((connection) => connection.takesItems());
  if (audience.length === 0) return [];
  const seq = Math.min(...audience.map((connection) => connection.position));
  return [{ tenant: inbox.tenant, recipient: inbox.recipient, seq, audience }];
}
