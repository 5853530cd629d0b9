import type { Db } from "@pulsecourier/db";

/** Under which id and time a request is produced; a repeat under the same key gets the same. */
export type Minted = { eventId: string; acceptedAt: number };

export type ClaimInput = { tenant: string; key: string; fingerprint: Buffer } & Minted;

export type Claim =
  | ({ kind: "claimed" } & Minted)
  | { kind: "done"; status: number; response: string }
  | { kind: "running"; retryAfterSeconds: number }
  | { kind: "reused" };

/** How long a request may hold its key; longer than any request takes. */
const LOCK = "interval '15 seconds'";
/** How long a key is remembered. */
const RETENTION = "interval '24 hours'";

const CLAIM = `
  insert into gateway.idempotency as known
    (tenant, key, fingerprint, event_id, accepted_at, state, locked_until)
  values ($1, $2, $3, $4, $5, 'running', now() + ${LOCK})
  on conflict (tenant, key) do update set
    state = 'running',
    locked_until = excluded.locked_until,
    fingerprint = excluded.fingerprint,
    event_id = case when known.created_at < now() - ${RETENTION} then excluded.event_id else known.event_id end,
    accepted_at = case when known.created_at < now() - ${RETENTION} then excluded.accepted_at else known.accepted_at end,
    created_at = case when known.created_at < now() - ${RETENTION} then now() else known.created_at end
  where known.created_at < now() - ${RETENTION}
    or (known.fingerprint = excluded.fingerprint
      and (known.state = 'released' or (known.state = 'running' and known.locked_until < now())))
  returning event_id, accepted_at`;

const READ = `
  select fingerprint, state, status, response,
    greatest(1, ceil(extract(epoch from locked_until - now())))::int as retry_after
  from gateway.idempotency where tenant = $1 and key = $2`;

type KnownRow = {
  fingerprint: Buffer;
  state: "running" | "released" | "done";
  status: number | null;
  response: string | null;
  retry_after: number;
};

/** Takes the key for this request, or says why not. A released or stale row keeps its id and time. */
export async function claimKey(db: Db, input: ClaimInput): Promise<Claim> {
  const { tenant, key, fingerprint, eventId, acceptedAt } = input;
  const values = [tenant, key, fingerprint, eventId, acceptedAt];
  const [mine] = await db.query<{ event_id: string; accepted_at: string }>(
    "claim-key",
    CLAIM,
    values,
  );
  if (mine)
    return { kind: "claimed", eventId: mine.event_id, acceptedAt: Number(mine.accepted_at) };
  const [known] = await db.query<KnownRow>("read-key", READ, [tenant, key]);
  // Cleaned up or released in between: the client repeats in a second.
  if (!known) return { kind: "running", retryAfterSeconds: 1 };
  if (!known.fingerprint.equals(fingerprint)) return { kind: "reused" };
  if (known.state === "done" && known.status !== null && known.response !== null) {
    return { kind: "done", status: known.status, response: known.response };
  }
  return { kind: "running", retryAfterSeconds: known.retry_after };
}

/** Stores the result that repeats will get. */
export async function finishKey(
  db: Db,
  of: { tenant: string; key: string; status: number; response: string },
): Promise<void> {
  await db.query(
    "finish-key",
    `update gateway.idempotency set state = 'done', status = $3, response = $4 where tenant = $1 and key = $2`,
    [of.tenant, of.key, of.status, of.response],
  );
}

/** Lets the key go without a result; its id and time stay. */
export async function releaseKey(db: Db, of: { tenant: string; key: string }): Promise<void> {
  await db.query(
    "release-key",
    `update gateway.idempotency set state = 'released' where tenant = $1 and key = $2 and state = 'running'`,
    [of.tenant, of.key],
  );
}

/** Deletes at most `limit` keys past their 24 hours; answers how many. */
export async function deleteOldKeys(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    "delete-old-keys",
    `delete from gateway.idempotency where (tenant, key) in (
       select tenant, key from gateway.idempotency where created_at < now() - ${RETENTION}
       order by created_at limit $1 for update skip locked)
     returning 1`,
    [limit],
  );
  return rows.length;
}
