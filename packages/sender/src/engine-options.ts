import type { Channel, RedirectAddresses } from "@pulsecourier/contracts";
import type { Accounts } from "./account.ts";
import type { FollowUpOptions } from "./follow-ups.ts";
import type { LedgerStore } from "./ledger-store.ts";
import type { SenderMetrics } from "./sender-metrics.ts";
import type { SenderOverrides } from "./sender-options.ts";
import type { Step } from "./step.ts";
import type { Stops } from "./stops.ts";
import type { Work } from "./work.ts";
import type { FollowUpSinks } from "./write-follow-ups.ts";

/** What an engine works on. */
export type EngineOptions = FollowUpSinks & {
  channel: Channel;
  /** Set where the whole platform is redirected. */
  redirectAllTo: RedirectAddresses | undefined;
  /** Most deliveries in hand. */
  slots: number;
  owner: string;
  leaseMs: number;
  ledger: LedgerStore;
  accounts: Accounts;
  stops: Pick<Stops, "holding" | "everything">;
  /** Null when an account takes the attempt now, else ends when one does or none will soon. */
  awaitAccount: (work: Work) => Promise<void> | null;
  carryOut: (work: Work) => Promise<Step | "reclaim">;
  followUps: FollowUpOptions;
  metrics: SenderMetrics;
  atStep: SenderOverrides["atStep"];
  onFatal: (error: unknown) => void;
};
