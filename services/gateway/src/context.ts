import type { AttachmentStore } from "@pulsecourier/attachments";
import type { Catalog } from "@pulsecourier/catalog";
import type { TopicNames } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Producer } from "@pulsecourier/kafka";
import type { Logger, Metrics } from "@pulsecourier/observability";
import type { TargetCheck } from "@pulsecourier/outbound";
import type { Redis } from "@pulsecourier/redis";
import type { KeyCache } from "./api-keys/key-cache.ts";
import type { GatewayConfig } from "./config.ts";
import type { ReceiptAccounts } from "./receipts/receipt-accounts.ts";
import type { RateLimiter } from "./http/rate-limit.ts";

/** What every route may use; made once at start. */
export type GatewayContext = {
  db: Db;
  producer: Pick<Producer, "send">;
  catalog: Catalog;
  attachments: AttachmentStore;
  redis: Redis;
  names: TopicNames;
  /** `ids` signs ids, `tokens` inbox and unsubscribe tokens, `cursors` list cursors, `webhooks` makes tenants' secrets. */
  secrets: Record<"ids" | "tokens" | "cursors" | "webhooks", Buffer>;
  keys: KeyCache;
  limiter: RateLimiter;
  receiptAccounts: ReceiptAccounts;
  /** Says which URLs of tenants' choice may be called. */
  outbound: TargetCheck;
  config: GatewayConfig;
  logger: Logger;
  metrics: Metrics;
  /** Says that rows were committed to the outbox, so that they leave at once and not at the next poll. */
  nudgeOutbox: () => void;
};
