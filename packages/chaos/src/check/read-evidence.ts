import {
  ADHOC_SOURCE,
  deliveryId,
  type IdSecret,
  NotificationStatus,
  notificationId,
  sagaId,
} from "@pulsecourier/contracts";
import { checkSaga, readSagaRows, receivedDeliveries } from "@pulsecourier/cli";
import type { Db } from "@pulsecourier/db";
import type { SendRecord } from "../load/send-record.ts";
import type { Evidence, NotificationSeen, SentMessage } from "./evidence.ts";

export type EvidenceSources = { db: Db; secret: IdSecret; simulatorUrl: string };

const tenantOf = ({ tenant = "default" }: SendRecord) => tenant;

/** Reads what became of the sends; `prefix` is what the names of all their recipients begin with. */
export async function readEvidence(
  sends: readonly SendRecord[],
  prefix: string,
  { db, secret, simulatorUrl }: EvidenceSources,
): Promise<Omit<Evidence, "backlog">> {
  const [notifications, acceptedAt, inbox, provider] = await Promise.all([
    readNotifications(db, prefix, sends),
    readAcceptTimes(db, sends),
    readInbox(db, prefix),
    receivedDeliveries(simulatorUrl),
  ]);
  const messages = sends.map((send) => withExpected(send, { secret, acceptedAt, notifications }));
  const deliveries = messages.flatMap(({ expected }) => Object.values(expected?.deliveries ?? {}));
  const ids = messages.flatMap(({ expected }) => expected?.notificationId ?? []);
  const [ledger, deadLetters, sagas] = await Promise.all([
    readLedger(db, deliveries),
    readDeadLetters(db, [...deliveries, ...ids]),
    readSagas(db, secret, messages),
  ]);
  return { sends: messages, notifications, ledger, provider, inbox, deadLetters, sagas };
}

type Derivation = {
  secret: IdSecret;
  acceptedAt: ReadonlyMap<string, number>;
  notifications: ReadonlyMap<string, readonly NotificationSeen[]>;
};

function withExpected(send: SendRecord, o: Derivation): SentMessage {
  const id = idOf(send, o);
  if (id === null) return { ...send, expected: null };
  const deliveries = Object.fromEntries(
    send.channels.map((channel) => [channel, deliveryId(o.secret, tenantOf(send), id, channel)]),
  );
  return { ...send, expected: { notificationId: id, deliveries } };
}

function idOf(send: SendRecord, { secret, acceptedAt, notifications }: Derivation): string | null {
  const { event, recipient } = send;
  if (event !== undefined) {
    const at = acceptedAt.get(event.id);
    if (at === undefined) return null;
    const { source, id: eventId, rule } = event;
    const tenant = tenantOf(send);
    return notificationId(secret, { tenant, acceptedAt: at, source, eventId, rule, recipient });
  }
  // Whoever was told no id can only look whether there is one.
  return send.notificationId ?? notifications.get(recipient)?.[0]?.id ?? null;
}

/** By the recipient it names and by the id its sender was told: a row that only a cancel made names no recipient. */
async function readNotifications(
  db: Db,
  prefix: string,
  sends: readonly SendRecord[],
): Promise<Map<string, NotificationSeen[]>> {
  const told = new Map(
    sends.flatMap(({ notificationId: id, recipient }) =>
      id === undefined ? [] : [[id, recipient] as const],
    ),
  );
  const rows = await db.kysely
    .selectFrom("tracking.notifications")
    .select(["id", "recipient", "status"])
    .where((where) =>
      where.or([
        where("recipient", "like", `${prefix}-%`),
        where("id", "=", where.fn.any(where.val([...told.keys()]))),
      ]),
    )
    .execute();
  const byRecipient = new Map<string, NotificationSeen[]>();
  for (const { id, recipient, status } of rows) {
    const name = recipient ?? told.get(id) ?? "";
    const seen = { id, status: NotificationStatus.parse(status) };
    byRecipient.set(name, [...(byRecipient.get(name) ?? []), seen]);
  }
  return byRecipient;
}

async function readAcceptTimes(db: Db, sends: readonly SendRecord[]): Promise<Map<string, number>> {
  const ids = sends.flatMap(({ event }) => event?.id ?? []);
  if (ids.length === 0) return new Map();
  const rows = await db.kysely
    .selectFrom("routing.events")
    .select(["event_id", "accepted_at"])
    .where("source", "!=", ADHOC_SOURCE)
    .where((where) => where("event_id", "=", where.fn.any(where.val(ids))))
    .execute();
  return new Map(rows.map((row) => [row.event_id, Number(row.accepted_at)]));
}

async function readInbox(db: Db, prefix: string): Promise<Set<string>> {
  const rows = await db.kysely
    .selectFrom("inbox.items")
    .select("id")
    .where("recipient", "like", `${prefix}-%`)
    .where("retracted_at", "is", null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Whatever they wait for, they have had their time when everything else is judged. */
const GRACE_MS = 0;

async function readSagas(
  db: Db,
  secret: IdSecret,
  messages: readonly SentMessage[],
): Promise<Evidence["sagas"]> {
  const notifications = new Map(
    messages.flatMap((one) => {
      const id = one.saga === undefined ? undefined : one.expected?.notificationId;
      return id === undefined ? [] : [[sagaId(secret, tenantOf(one), id), id] as const];
    }),
  );
  const { sagas, now } = await readSagaRows(db, secret, [...notifications.keys()]);
  return {
    of: new Set(sagas.map(({ id }) => notifications.get(id) ?? "")),
    problems: sagas.flatMap((saga) => checkSaga(saga, { now, graceMs: GRACE_MS })),
  };
}

async function readLedger(db: Db, ids: readonly string[]): Promise<Evidence["ledger"]> {
  if (ids.length === 0) return new Map();
  const rows = await db.kysely
    .selectFrom("ledger.deliveries")
    .select(["id", "state", "possible_duplicates"])
    .where((where) => where("id", "=", where.fn.any(where.val(ids))))
    .execute();
  return new Map(
    rows.map((row) => [row.id, { state: row.state, possibleDuplicates: row.possible_duplicates }]),
  );
}

async function readDeadLetters(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.kysely
    .selectFrom("tracking.dead_letters")
    .select(["delivery_id", "notification_id"])
    .where((where) => {
      const any = where.fn.any(where.val(ids));
      return where.or([where("delivery_id", "=", any), where("notification_id", "=", any)]);
    })
    .execute();
  return new Set(rows.flatMap((row) => [row.delivery_id ?? [], row.notification_id ?? []].flat()));
}
