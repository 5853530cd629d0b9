export { createApiKey, listApiKeys, type NewKey, revokeApiKey } from "./api-keys/api-key-store.ts";
export { createGateway, type GatewayOverrides } from "./app.ts";
export { type GatewayConfig, gatewayConfig } from "./config.ts";
