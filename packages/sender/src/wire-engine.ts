import { createCatalog } from "@pulsecourier/catalog";
import { TIER_DELAY_MS, type Tier, type TopicNames } from "@pulsecourier/contracts";
import {
  type Db,
  insertContacts,
  insertSuppressions,
  insertTimers,
  loadSecret,
} from "@pulsecourier/db";
import type { Producer } from "@pulsecourier/kafka";
import type { Accounts } from "./account.ts";
import { findObject } from "./attachment-object-store.ts";
import { awaitAccount } from "./await-account.ts";
import { carryOut } from "./carry-out.ts";
import { Engine } from "./engine.ts";
import { createFacts } from "./facts.ts";
import { createLedgerStore } from "./ledger-store.ts";
import { createAttachmentLoader } from "./load-attachments.ts";
import type { SenderMetrics } from "./sender-metrics.ts";
import type { SenderOptions } from "./sender-options.ts";
import type { Steady } from "./steady.ts";
import type { Stops } from "./stops.ts";
import type { PlatformClock } from "./watch-clock.ts";

/** A claim outlives its call by this, ms. */
const LEASE_BEYOND_CALL_MS = 5_000;

export type Wiring = {
  db: Db;
  producer: Producer;
  accounts: Accounts;
  stops: Stops;
  clock: Pick<PlatformClock, "aheadMs">;
  metrics: SenderMetrics;
  steady: Steady;
  names: TopicNames;
  group: string;
  /** Our name in the ledger, another one at every start. */
  owner: string;
  onFatal: (error: unknown) => void;
};

/** The engine of a sender, with all it works on. */
export async function wireEngine(options: SenderOptions, wiring: Wiring): Promise<Engine> {
  const { channel, config, overrides = {} } = options;
  const { db, accounts, stops, metrics, steady, names, group, owner } = wiring;
  const { atStep, tierDelayMs = (tier: Tier) => TIER_DELAY_MS[tier] } = overrides;
  const callTimeoutMs = config.CALL_TIMEOUT_MS;
  const leaseMs = callTimeoutMs + LEASE_BEYOND_CALL_MS;
  const secret = await loadSecret(db, "ids");
  const prepare = await options.prepare?.({ db });
  const render = { ...options, catalog: createCatalog({ db }), prepare };
  const attachments = options.attachments
    ? createAttachmentLoader({
        ...options.attachments,
        findObject: (tenant, id) => findObject(db, tenant, id),
        timeoutMs: callTimeoutMs,
      })
    : null;
  const call = {
    accounts,
    stops,
    attachments,
    render,
    callTimeoutMs,
    tierDelayMs,
    metrics,
    steady,
    atStep,
  };
  return new Engine({
    ...wiring,
    channel,
    redirectAllTo: config.REDIRECT_ALL_TO,
    slots: config.SEND_CONCURRENCY,
    leaseMs,
    atStep,
    ledger: createLedgerStore(db, { owner, leaseMs }),
    awaitAccount: (work) => awaitAccount(work, accounts),
    carryOut: (work) => carryOut(work, call),
    insertTimers: (timers) => insertTimers(db, timers, "machine"),
    suppress: (addresses) => insertSuppressions(db, addresses),
    noteContacts: (addresses) => insertContacts(db, addresses),
    followUps: {
      facts: createFacts({ secret, channel, names }),
      names,
      channel,
      group,
      tierDelayMs,
      aheadMs: wiring.clock.aheadMs,
    },
  });
}
