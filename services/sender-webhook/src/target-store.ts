import { tenantWebhookSecret } from "@pulsecourier/contracts";
import { type Db, loadSecret } from "@pulsecourier/db";

/** Where a message goes and what it is signed with. */
export type Target = { url: string; secrets: readonly Buffer[] };

type Callback = { tenant: string; name: string };

// A disabled callback is none; see migration 0010.
const READ = `
select c.url, c.secret, case when c.previous_until > now() then c.previous_secret end as previous
from gateway.callbacks as c
left join tracking.callback_health as h
  on h.tenant = c.tenant and h.name = c.name and h.disabled_at >= c.enabled_at
where c.tenant = $1 and c.name = $2 and h.name is null`;

/** A tenant's callback as it is now; null when it was deleted or disabled. */
async function readCallback(db: Db, { tenant, name }: Callback): Promise<Target | null> {
  const [row] = await db.query<{ url: string; secret: Buffer; previous: Buffer | null }>(
    "webhook-callback",
    READ,
    [tenant, name],
  );
  if (row === undefined) return null;
  const { url, secret, previous } = row;
  return { url, secrets: previous === null ? [secret] : [secret, previous] };
}

const MAX_AGE_MS = 1_000;
const MAX_KNOWN = 10_000;

/** Callbacks, at most a second old, and tenants' own secrets. Concurrent readers of one callback share a query. */
export function createTargets(db: Db) {
  const known = new Map<string, { target: Promise<Target | null>; readAt: number }>();
  let platform: Promise<Buffer> | undefined;

  return {
    callback(callback: Callback): Promise<Target | null> {
      const key = `${callback.tenant}\0${callback.name}`;
      const last = known.get(key);
      if (last !== undefined && performance.now() - last.readAt < MAX_AGE_MS) return last.target;
      if (known.size >= MAX_KNOWN) known.clear();
      const reading = { target: readCallback(db, callback), readAt: performance.now() };
      known.set(key, reading);
      reading.target.catch(() => known.delete(key));
      return reading.target;
    },
    async tenantSecret(tenant: string): Promise<Buffer> {
      platform ??= loadSecret(db, "webhooks");
      platform.catch(() => (platform = undefined));
      return tenantWebhookSecret(await platform, tenant);
    },
  };
}
