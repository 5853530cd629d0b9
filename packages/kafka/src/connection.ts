import type { Logger } from "./logger.ts";

declare const settings: unique symbol;
/** Connection settings shared by producers, consumers and topic creation; opens nothing by itself. */
export type Kafka = { readonly [settings]: never };

export function createKafka(o: { brokers: string[]; clientId: string; logger: Logger }): Kafka {
  throw new Error(`not ready yet: ${o.clientId}`);
}
