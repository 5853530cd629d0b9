import { attachmentStoreEnv } from "@pulsecourier/attachments";
import { RedirectAllTo } from "@pulsecourier/contracts";
import { commonEnv, integer, origins, port, text, url } from "@pulsecourier/runtime";
import type { z } from "zod";
import { receiptEnv } from "./receipts/receipt-accounts.ts";

/** Environment of the gateway. */
export const gatewayConfig = commonEnv.extend({
  GATEWAY_PORT: port().default(8080).describe("Port of the REST API"),
  HOST: text().default("127.0.0.1").describe("Address to listen on"),
  RATE_LIMIT_PER_SECOND: integer({ min: 1, max: 100_000, unit: "requests/s" })
    .default(100)
    .describe("What a key without a limit of its own may ask for"),
  CALLBACK_ALLOWED_ORIGINS: origins()
    .default([])
    .describe("Origins that webhooks may call though they are not https or not public"),
  PUBLIC_URL: url("http", "https")
    .default("http://127.0.0.1:8080")
    .describe("Where clients and recipients reach the gateway; base of links in answers and mails"),
  RECEIPT_TOLERANCE_SECONDS: integer({ min: 30, max: 172_800, unit: "s" })
    .default(300)
    .describe("How old a provider's signed callback may be; more refuses fewer late repeats"),
  ATTACHMENT_MAX_BYTES: integer({ min: 1, max: 100 * 1024 * 1024, unit: "bytes" })
    .default(10 * 1024 * 1024)
    .describe("What an uploaded attachment may have; mails take 7 MiB in all"),
  ATTACHMENT_RETENTION_DAYS: integer({ min: 1, max: 3_650, unit: "days" })
    .default(30)
    .describe("How long an attachment is kept after it was stored, or was due to be sent"),
  ...attachmentStoreEnv.shape,
  REDIRECT_ALL_TO: RedirectAllTo.optional().describe(
    "Nothing reaches recipients: one address a channel gets all of it; other channels go through the sandbox accounts",
  ),
  ...receiptEnv(),
});
export type GatewayConfig = z.output<typeof gatewayConfig>;
