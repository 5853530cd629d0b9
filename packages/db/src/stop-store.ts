import type { Db } from "./connection.ts";

/** What an operator has stopped: an account of a channel, a channel, a tenant, or a tenant on a channel. */
export type Stop = {
  id: string;
  channel: string | null;
  account: string | null;
  tenant: string | null;
  reason: string;
  by: string;
  at: Date;
};

/** The stops that stand, newest first. */
export function readStops(db: Db): Promise<Stop[]> {
  return db.query<Stop>("read-stops", READ, []);
}

const READ = `
select id, channel, account, tenant, reason, by, at from gateway.stops
where lifted_at is null order by at desc, id`;
