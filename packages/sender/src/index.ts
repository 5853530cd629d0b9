export {
  defineProvider,
  type OutgoingMessage,
  type Provider,
  type ProviderAccount,
  type ProviderDeps,
  type ProviderOutcome,
  type SendContext,
} from "./provider.ts";
export { senderEnv, type SenderConfig, withProviders } from "./sender-config.ts";
export type { Preparation, Refusal, SenderOptions, SenderOverrides } from "./sender-options.ts";
export { createSender } from "./create-sender.ts";
export { createDispatcher } from "./dispatcher.ts";
export { httpFailure, retryAfterMs } from "./http-outcome.ts";
