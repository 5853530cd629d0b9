import type { Channel, DeliveryRecord, ErrorCode, Tier } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import type { Provider } from "./provider.ts";
import type { SenderConfig } from "./sender-config.ts";

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
  prepare?: (deps: { db: Db }) => Promise<(delivery: DeliveryRecord) => Promise<Preparation> | Preparation>;
  overrides?: SenderOverrides | undefined;
};

/** What tests and composed processes replace. */
export type SenderOverrides = {
  logger?: Logger;
  /** How long a tier waits, ms. */
  tierDelayMs?: (tier: Tier) => number;
  /** Called with the name of each step of a wave just before it; a test crashes there. */
  atStep?: (step: SenderStep) => void | Promise<void>;
};

/** The steps a crash may fall between. */
export type SenderStep = "claim" | "claimed" | "call" | "called" | "settle" | "settled" | "emitted";
