import type { Service } from "@pulsecourier/runtime";
import type { SenderOptions } from "./sender-options.ts";

/**
 * The service that sends one channel's deliveries: reads all lanes and retry tiers of the channel, claims each
 * delivery in the ledger before its provider is called, and reports every outcome.
 */
export async function createSender(options: SenderOptions): Promise<Service> {
  throw new Error(`not ready yet: ${options.channel}`);
}
