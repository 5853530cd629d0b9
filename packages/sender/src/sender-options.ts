import type { AttachmentStore } from "@pulsecourier/attachments";
import type { Channel, DeliveryRecord, ErrorCode, Tier } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import type { Provider } from "./provider.ts";
import type { SenderConfig } from "./sender-config.ts";
import type { HealthTimes } from "./share-health.ts";

/** Why a delivery can never be sent; ends it before any call. */
export type Refusal = { code: ErrorCode; detail: string };

/** What a channel adds to a message before it is rendered: template variables and headers. */
export type Preparation = {
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
};

export type SenderOptions = {
  channel: Channel;
  /** Every provider the channel knows; `<CHANNEL>_PROVIDERS` chooses among them, in order. */
  providers: readonly Provider[];
  config: SenderConfig;
  /** Port of the health and metrics endpoints; 0 for any. */
  port: number;
  /** Null when the address can be sent to. Must not throw. */
  checkAddress?: (address: string) => Refusal | null;
  /** Null when the rendered content can be sent. Must not throw. */
  checkContent?: (content: Readonly<Record<string, string>>) => Refusal | null;
  /** Called once at start; what it gives is called for each delivery about to be rendered. */
  prepare?: (deps: {
    db: Db;
  }) => Promise<(delivery: DeliveryRecord) => Promise<Preparation> | Preparation>;
  /** Where attachments are read from; left out where the channel carries none. */
  attachments?: { store: AttachmentStore; memoryBytes: number };
  overrides?: SenderOverrides | undefined;
};

/** What tests and composed processes replace. */
export type SenderOverrides = {
  logger?: Logger;
  /** How long a tier waits, ms. */
  tierDelayMs?: (tier: Tier) => number;
  /** How often the health of weighted accounts is looked at. */
  healthTimes?: HealthTimes;
  /** Called at each step of the way; a test crashes there, or holds it by a promise that stays open. */
  atStep?: (step: SenderStep) => void | Promise<void>;
};

/**
 * Moments a crash may fall into: the claim is committed; a call is about to be made; its outcome is known; its
 * outcome is committed; facts are acknowledged and the offset is not.
 */
export type SenderStep = "claimed" | "call" | "called" | "settled" | "emitted";
