import type { PausedKind, PauseInput } from "@pulsecourier/contracts";
import type { Database, Db } from "@pulsecourier/db";
import { sql, type Transaction } from "kysely";

/** A pause of a rule or workflow. */
export type Pause = { id: string; kind: PausedKind; name: string; events: PauseInput["events"] };
/** One that stands, with who paused it and when. */
export type StandingPause = Pause & { by: string; at: Date };

type Named = { tenant: string; kind: PausedKind; name: string };

/** The pauses of a revision, by `pauseKey`. */
export type Pauses = ReadonlyMap<string, Pause>;

export function pauseKey(kind: PausedKind, name: string): string {
  return `${kind} ${name}`;
}

/** The pauses that stand in a revision of a tenant's catalog. */
export async function loadPauses(db: Db, tenant: string, revision: number): Promise<Pauses> {
  const rows = await db.query<Pause>(
    "catalog-pauses",
    `select id, kind, name, events from catalog.pauses
     where tenant = $1 and since <= $2 and (until is null or until > $2)`,
    [tenant, revision],
  );
  return new Map(rows.map((pause) => [pauseKey(pause.kind, pause.name), pause]));
}

/**
 * Pauses a rule or workflow in a new catalog revision. One that is paused the same way stays as it is; one that is
 * paused another way is from then on paused this way, for what waits already, too.
 */
export function pauseEntry(
  db: Db,
  { tenant, kind, name, events, by }: Named & PauseInput & { by: string },
): Promise<StandingPause> {
  return db.kysely.transaction().execute(async (transaction) => {
    const revision = await nextRevision(transaction, tenant);
    const standing = await sql<StandingPause>`
      select ${COLUMNS} from catalog.pauses
      where tenant = ${tenant} and kind = ${kind} and name = ${name} and until is null`.execute(
      transaction,
    );
    const [known] = standing.rows;
    if (known?.events === events) return known;
    await endPause(transaction, { tenant, kind, name }, revision);
    const { rows } = await sql<StandingPause>`
      insert into catalog.pauses (tenant, kind, name, events, since, by)
      values (${tenant}, ${kind}, ${name}, ${events}, ${revision}, ${by})
      returning ${COLUMNS}`.execute(transaction);
    const [made] = rows;
    if (made === undefined) throw new Error("Postgres gave no row for a pause it wrote");
    return made;
  });
}

const COLUMNS = sql.raw("id, kind, name, events, by, at");

/** Ends a pause in a new catalog revision. False when none stood. */
export function resumeEntry(db: Db, named: Named): Promise<boolean> {
  return db.kysely.transaction().execute(async (transaction) => {
    const revision = await nextRevision(transaction, named.tenant);
    return endPause(transaction, named, revision);
  });
}

/** The pause of a rule or workflow that stands; null when it is not paused. */
export async function getPause(db: Db, { tenant, kind, name }: Named) {
  const [pause] = await db.query<StandingPause>(
    "catalog-pause",
    `select id, kind, name, events, by, at from catalog.pauses
     where tenant = $1 and kind = $2 and name = $3 and until is null`,
    [tenant, kind, name],
  );
  return pause ?? null;
}

/** By id, the catalog revision in which each of these pauses ended; null for one that stands. */
export async function readPauseEnds(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number | null>> {
  const rows = await db.query<{ id: string; until: string | null }>(
    "catalog-pause-ends",
    "select id, until from catalog.pauses where id = any($1::uuid[])",
    [ids],
  );
  return new Map(rows.map(({ id, until }) => [id, until === null ? null : Number(until)]));
}

type Transacting = Transaction<Database>;

async function nextRevision(transaction: Transacting, tenant: string): Promise<number> {
  const { rows } = await sql<{ revision: string }>`
    insert into catalog.revisions (tenant, revision) values (${tenant}, 1)
    on conflict (tenant) do update set revision = catalog.revisions.revision + 1
    returning revision`.execute(transaction);
  return Number(rows[0]?.revision);
}

async function endPause(
  transaction: Transacting,
  { tenant, kind, name }: Named,
  revision: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update catalog.pauses set until = ${revision}, resumed_at = now()
    where tenant = ${tenant} and kind = ${kind} and name = ${name} and until is null`.execute(
    transaction,
  );
  return numAffectedRows === 1n;
}
