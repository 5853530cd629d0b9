import { type Channel, type DeliveryRecord, describeStop } from "@pulsecourier/contracts";
import type { Stop } from "@pulsecourier/db";
import type { Accounts } from "./account.ts";
import { presentable } from "./call-account.ts";
import type { Hold } from "./hold.ts";

/** What an operator has stopped, as far as it concerns one channel. */
export type Stops = {
  /** Takes over the stops of the platform. */
  adopt(all: readonly Stop[]): void;
  /**
   * Why the delivery must not be sent now to any of the addresses, all of its own when left out; null when it may be, or
   * has to end because it has expired.
   */
  holding(delivery: DeliveryRecord, addresses?: readonly string[]): Hold | null;
  /** True when nothing of the channel but sandbox deliveries could be sent. */
  everything(): boolean;
  /** The stops that concern the channel, in words; null when there are none. */
  describe(): string | null;
};

/** Account stops are of live accounts: what a sandbox tenant sends reaches nobody. */
export function createStops({
  channel,
  accounts,
}: {
  channel: Channel;
  accounts: Pick<Accounts, "of" | "announce">;
}): Stops {
  let standing: readonly Stop[] = [];
  let ofChannel: Stop | null = null;
  let ofTenants = new Map<string, Stop>();
  const live = () => accounts.of(false);

  function find(
    { tenant, sandbox }: DeliveryRecord,
    addresses: readonly string[],
  ): readonly Stop[] {
    const stop = ofChannel ?? ofTenants.get(tenant);
    if (stop !== undefined) return [stop];
    if (sandbox || !live().some((account) => account.stop !== null)) return [];
    const able = addresses.map((address) => accounts.of(sandbox, address));
    if (!able.every(allStopped)) return [];
    return [...new Set(able.flat().flatMap((account) => account.stop ?? []))];
  }

  return {
    adopt(all) {
      const before = standing;
      standing = all.filter((stop) => (stop.channel ?? channel) === channel);
      if (sameIds(before, standing)) return;
      ofChannel =
        standing.find(({ account, tenant }) => account === null && tenant === null) ?? null;
      ofTenants = new Map(
        standing.flatMap((stop) => (stop.tenant === null ? [] : [[stop.tenant, stop]])),
      );
      for (const account of live())
        account.stop = standing.find((stop) => stop.account === account.name) ?? null;
      accounts.announce();
    },
    holding(delivery, addresses) {
      if (standing.length === 0 || hasExpired(delivery)) return null;
      const { address, moreAddresses = [] } = delivery;
      const stops = find(delivery, addresses ?? [address, ...moreAddresses]);
      return stops.length === 0 ? null : holdFor(stops);
    },
    everything: () => ofChannel !== null || (standing.length > 0 && allStopped(live())),
    describe: () => (standing.length === 0 ? null : describeAll(standing, live())),
  };
}

function holdFor(stops: readonly Stop[]): Hold {
  const reasons = stops.map((stop) => `${describeStop(stop)} is stopped: ${stop.reason}`);
  return { stops: stops.map(({ id }) => id).toSorted(), reason: presentable(reasons.join("; ")) };
}

function describeAll(stops: readonly Stop[], accounts: readonly { name: string }[]): string {
  const isKnown = ({ account }: Stop) =>
    account === null || accounts.some(({ name }) => name === account);
  return stops
    .map((stop) => {
      const known = isKnown(stop) ? "" : " (no such account here)";
      return `${describeStop(stop)}${known}: ${stop.reason}`;
    })
    .join("; ");
}

function hasExpired({ expiresAt }: DeliveryRecord): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}

function allStopped(accounts: readonly { stop: Stop | null }[]): boolean {
  return accounts.length > 0 && accounts.every(({ stop }) => stop !== null);
}

function sameIds(one: readonly Stop[], other: readonly Stop[]): boolean {
  return one.length === other.length && one.every(({ id }, at) => id === other[at]?.id);
}
