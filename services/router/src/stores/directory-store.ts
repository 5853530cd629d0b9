import type { Preferences, RecipientInput } from "@pulsecourier/contracts";
import { type Db, textArray } from "@pulsecourier/db";

/** What the directory knows of a recipient; null where nothing is stored. */
export type DirectoryEntry = {
  profile: RecipientInput | null;
  preferences: Partial<Preferences> | null;
  /** The platform's clock, ms since 1970; told only where there are quiet hours to compare it with. */
  clock: number | null;
};

/** What the directory knows of a recipient it does not have. */
export const UNKNOWN: DirectoryEntry = { profile: null, preferences: null, clock: null };

type Row = DirectoryEntry & { tenant: string; id: string };

/** Looks recipients up, all in one query. */
export async function lookUpRecipients(
  db: Db,
  recipients: { tenant: string; id: string }[],
): Promise<(tenant: string, id: string) => DirectoryEntry> {
  const unique = new Map(recipients.map((one) => [`${one.tenant}\0${one.id}`, one]));
  const wanted = [...unique.values()];
  const rows =
    wanted.length === 0
      ? []
      : await db.query<Row>(
          "router-look-up-recipients",
          `select i.tenant, i.id, r.profile, p.preferences,
             case when p.preferences ? 'quietHours'
               then (select (extract(epoch from schedule.now()) * 1000)::float8) end as clock
           from unnest($1::text[], $2::text[]) as i (tenant, id)
           left join directory.recipients r on r.tenant = i.tenant and r.id = i.id
           left join directory.preferences p on p.tenant = i.tenant and p.recipient = i.id`,
          [textArray(wanted.map((one) => one.tenant)), textArray(wanted.map((one) => one.id))],
        );
  const found = new Map<string, DirectoryEntry>(
    rows.map((row) => [`${row.tenant}\0${row.id}`, row]),
  );
  return (tenant, id) => found.get(`${tenant}\0${id}`) ?? UNKNOWN;
}
