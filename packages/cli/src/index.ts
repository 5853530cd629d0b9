export { type Api, ApiError, createApi } from "./api-client.ts";
export { measureThroughput } from "./bench/measure-throughput.ts";
export { receivedDeliveries, resetSimulator, untilReceived } from "./bench/received.ts";
export { type Platform, startPlatform } from "./platform/start-platform.ts";
export type { Groups } from "./platform/service-table.ts";
export { loadShop } from "./shop/load-shop.ts";
export { readShop } from "./shop/read-shop.ts";
export { sendEvent, untilEnded } from "./shop/send-event.ts";
export { watchInboxes } from "./shop/watch-inboxes.ts";
