export {
  defineProvider,
  type LookedUp,
  type OutgoingMessage,
  type Provider,
  type ProviderAccount,
  type ProviderDeps,
  type ProviderOutcome,
  type SendContext,
} from "./provider.ts";
export type { LoadedAttachment } from "./load-attachments.ts";
export { consoleProvider } from "./console-provider.ts";
export { senderEnv, type SenderConfig, withProviders } from "./sender-config.ts";
export type { Preparation, Refusal, SenderOptions, SenderOverrides } from "./sender-options.ts";
export { createSender } from "./create-sender.ts";
export { defineSender, type Sender } from "./define-sender.ts";
export { createDispatcher } from "./dispatcher.ts";
export { httpAccount, type HttpAnswer, type HttpRequest } from "./http-account.ts";
export { type AnswerHeaders, httpFailure, rateLimited, refusalOf } from "./http-outcome.ts";
export { type KnownLimits, tellLimitsApart } from "./tell-limits-apart.ts";
export { createBreaker } from "./breaker.ts";
export { checkPhone } from "./check-phone.ts";
