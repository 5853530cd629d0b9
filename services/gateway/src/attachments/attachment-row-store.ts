import type { AttachmentRef, AttachmentView } from "@pulsecourier/contracts";
import type { ObjectKey } from "@pulsecourier/attachments";
import type { Db } from "@pulsecourier/db";

type Row = {
  id: string;
  filename: string;
  content_type: string;
  size: number;
  sha256: string;
  expires_at: Date;
};
const COLUMNS = "id, filename, content_type, size, sha256, expires_at";
/** How long a file may take to be stored; what takes longer was given up. */
const STORING = "interval '1 hour'";

/** Says that an object is about to be written, so that it is removed if nobody finishes it. */
export async function reserveObject(
  db: Db,
  o: ObjectKey & Pick<AttachmentRef, "filename" | "contentType" | "size">,
): Promise<void> {
  await db.query(
    "reserve-attachment",
    `insert into gateway.attachments (object, tenant, filename, content_type, size, expires_at)
     values ($1, $2, $3, $4, $5, now() + ${STORING})`,
    [o.object, o.tenant, o.filename, o.contentType, o.size],
  );
}

/** Gives the written object its id; null when the tenant has an attachment of this id, which then stays. */
export async function nameObject(
  db: Db,
  o: ObjectKey & Pick<AttachmentRef, "id" | "sha256"> & { until: Date },
): Promise<AttachmentView | null> {
  try {
    const [row] = await db.query<Row>(
      "name-attachment",
      `update gateway.attachments set id = $3, sha256 = $4, expires_at = $5
       where object = $1 and tenant = $2 returning ${COLUMNS}`,
      [o.object, o.tenant, o.id, o.sha256, o.until],
    );
    return row === undefined ? null : viewOf(row);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}
const UNIQUE_VIOLATION = "23505";

const MOVE = `
  update gateway.attachments set expires_at = greatest(expires_at, $3)
  where tenant = $1 and id = any($2::uuid[]) returning ${COLUMNS}`;
const DEADLOCK = "40P01";

/** Keeps attachments until then, if not longer; answers those that are there, by id. Writes only what has to move. */
export async function keepAttachments(
  db: Db,
  o: { tenant: string; ids: readonly string[]; until: Date },
): Promise<Map<string, AttachmentView>> {
  if (o.ids.length === 0) return new Map();
  const rows = await db.query<Row>(
    "find-attachments",
    `select ${COLUMNS} from gateway.attachments where tenant = $1 and id = any($2::uuid[])`,
    [o.tenant, o.ids],
  );
  const lasting = rows.filter(({ expires_at: expiresAt }) => expiresAt >= o.until);
  const early = rows.filter((row) => !lasting.includes(row)).map(({ id }) => id);
  // What clean-up takes at this moment is not among those that moved.
  const moved = early.length === 0 ? [] : await move(db, [o.tenant, early, o.until]);
  return new Map([...lasting, ...moved].map((row) => [row.id, viewOf(row)]));
}

/** Requests that name the same files may wait for each other in a circle; Postgres lets one of them try again. */
async function move(db: Db, values: unknown[]): Promise<Row[]> {
  try {
    return await db.query<Row>("keep-attachments", MOVE, values);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === DEADLOCK)
      return move(db, values);
    throw error;
  }
}

export async function findAttachment(
  db: Db,
  { tenant, id }: { tenant: string; id: string },
): Promise<AttachmentView | null> {
  const [row] = await db.query<Row>(
    "find-attachment",
    `select ${COLUMNS} from gateway.attachments where tenant = $1 and id = $2`,
    [tenant, id],
  );
  return row === undefined ? null : viewOf(row);
}

/** From now on nobody finds it; answers what is to be removed, null when there is none. */
export async function unnameAttachment(
  db: Db,
  { tenant, id }: { tenant: string; id: string },
): Promise<ObjectKey | null> {
  const [row] = await db.query<ObjectKey>(
    "unname-attachment",
    `update gateway.attachments set id = null, expires_at = now()
     where tenant = $1 and id = $2 returning tenant, object`,
    [tenant, id],
  );
  return row ?? null;
}

/** The same for at most `limit` whose time has passed, those included that somebody did not finish removing. */
export function unnameExpired(db: Db, limit: number): Promise<ObjectKey[]> {
  return db.query<ObjectKey>(
    "unname-expired-attachments",
    `update gateway.attachments set id = null where object in (
       select object from gateway.attachments where expires_at < now()
       order by expires_at limit $1 for update skip locked)
     returning tenant, object`,
    [limit],
  );
}

/** Forgets objects that are removed. */
export async function forgetObjects(db: Db, objects: readonly string[]): Promise<void> {
  await db.query(
    "forget-objects",
    "delete from gateway.attachments where object = any($1::uuid[])",
    [objects],
  );
}

function viewOf({ content_type: contentType, expires_at: expiresAt, ...row }: Row): AttachmentView {
  const { id, filename, size, sha256 } = row;
  return { id, filename, contentType, size, sha256, expiresAt: expiresAt.toISOString() };
}
