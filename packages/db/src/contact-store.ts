import { hash } from "node:crypto";
import { textArray } from "./array-param.ts";
import type { Db } from "./connection.ts";
import type { SuppressibleAddress } from "./suppression-store.ts";

const hashOf = (address: string) => hash("sha256", address);

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
    textArray(rows.map((row) => hashOf(row.address))),
    textArray(rows.map((row) => row.tenant)),
  ]);
}

const FIND = `
select address_hash, tenant from directory.contacts
where channel = $1 and address_hash = any($2::text[])
order by tenant`;

/** The tenants that have sent to each of these addresses. */
export async function findContacts(
  db: Db,
  channel: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await db.query<{ address_hash: string; tenant: string }>("find-contacts", FIND, [
    channel,
    textArray(addresses.map(hashOf)),
  ]);
  const byHash = Map.groupBy(rows, (row) => row.address_hash);
  return new Map(
    addresses.map((address) => [
      address,
      (byHash.get(hashOf(address)) ?? []).map(({ tenant }) => tenant),
    ]),
  );
}
