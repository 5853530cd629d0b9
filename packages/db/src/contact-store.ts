import { hash } from "node:crypto";
import { textArray } from "./array-param.ts";
import type { Db } from "./connection.ts";
import type { SuppressibleAddress } from "./suppression-store.ts";

const hashOf = ({ address }: { address: string }) => hash("sha256", address);

// In key order, so that two writers wait for each other instead of deadlocking.
const INSERT = `
insert into directory.contacts (channel, address_hash, tenant)
select distinct channel, address_hash, tenant
from unnest($1::text[], $2::text[], $3::text[]) as i (channel, address_hash, tenant)
order by channel, address_hash, tenant
on conflict do nothing`;

/** Notes which tenants have sent to which addresses (in the suppression list's form), without the addresses. */
export async function insertContacts(db: Db, rows: readonly SuppressibleAddress[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query("insert-contacts", INSERT, [
    textArray(rows.map((row) => row.channel)),
    textArray(rows.map(hashOf)),
    textArray(rows.map((row) => row.tenant)),
  ]);
}

const FIND = `
select tenant from directory.contacts where channel = $1 and address_hash = $2 order by tenant`;

/** The tenants that have sent to an address. */
export async function findContacts(
  db: Db,
  one: { channel: string; address: string },
): Promise<string[]> {
  const values = [one.channel, hashOf(one)];
  return (await db.query<{ tenant: string }>("find-contacts", FIND, values)).map(
    ({ tenant }) => tenant,
  );
}
