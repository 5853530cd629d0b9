import type { DeliveryRecord, ErrorCode, SenderIdentity } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { type Env, parseConfig } from "@pulsecourier/runtime";
import type { z } from "zod";
import type { LoadedAttachment } from "./load-attachments.ts";

/** What a provider is asked to send: one rendered message to one address. */
export type OutgoingMessage = {
  readonly delivery: DeliveryRecord;
  /** Checked by the channel's `checkAddress`. */
  readonly address: string;
  /** The channel's content, rendered and within its limits. */
  readonly content: Readonly<Record<string, string>>;
  /** Further headers the channel's `prepare` asked for. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only what the channel can carry. */
  readonly attachments: readonly LoadedAttachment[];
};

export type SendContext = {
  /** Aborts when the call's time is up; the sender does not wait longer. */
  signal: AbortSignal;
  /** W3C Trace Context of this call, a child of the delivery's. */
  traceparent: string;
  attempt: number;
  /** The same for every call of one delivery: attempts, restarts and redrives included. */
  idempotencyKey: string;
  /** Who the tenant wants to be through this account; what is left out is as the account's environment says. */
  identity: SenderIdentity;
};

/**
 * What a call came to. `detail` is for people and never ends up with an address: the sender scrubs it.
 * - `permanent`: this message will never be accepted; `code` defaults to `provider_rejected`
 * - `recipient_gone`: the address no longer exists
 * - `transient`: not accepted, another try may be; safe to repeat
 * - `rate_limited`: not accepted, slow down; costs no attempt. Pauses the account, unless it is the recipient's limit
 * - `config`: our account is refused (credentials, sender); trips the account, costs no attempt
 * - `sender_refused`: the account may not send as this sender. It is the account's fault (`config`) unless the sender is
 *   the tenant's choice
 * - `ambiguous`: it may have been accepted (time-out or broken connection after the request was written)
 * With `scope: "recipient"` it is this recipient's own limit or server, which tells nothing ill of the account.
 */
export type ProviderOutcome =
  | { kind: "sent"; providerMessageId?: string }
  | { kind: "permanent"; code?: ErrorCode; detail: string }
  | { kind: "recipient_gone"; detail: string }
  | { kind: "transient"; detail: string; scope?: "recipient" }
  | { kind: "rate_limited"; detail: string; retryAfterMs?: number; scope?: "recipient" | "account" }
  | { kind: "config"; detail: string }
  | { kind: "sender_refused"; detail: string }
  | { kind: "ambiguous"; detail: string; scope?: "recipient" };

/** One set of credentials at a provider. Calls run side by side, up to the sender's slots. */
export type ProviderAccount = {
  /** Never rejects on purpose; a rejection counts as `ambiguous`. */
  send(message: OutgoingMessage, context: SendContext): Promise<ProviderOutcome>;
  /** Whether it can reach the address; left out where it can reach any. Others are tried in its place. */
  takes?(address: string): boolean;
  /**
   * What became of a message whose call had no clear outcome, for providers that can tell by the delivery's id. Asked
   * once, right after the call; a rejection counts as `unknown`.
   */
  lookUp?(message: OutgoingMessage, context: SendContext): Promise<LookedUp>;
  close?(): Promise<void>;
};

/** `not_sent` only when the message cannot turn up later: it is then called again without being a possible duplicate. */
export type LookedUp =
  | { kind: "sent"; providerMessageId?: string }
  | { kind: "not_sent" }
  | { kind: "unknown" };

/** What a provider may use of the sender it runs in. */
export type ProviderDeps = {
  db: Db;
  logger: Logger;
  /** How long one call may take, ms. */
  callTimeoutMs: number;
  /** Most calls at once. */
  concurrency: number;
};

/** A provider as senders know it; made by `defineProvider`. */
export type Provider = {
  readonly name: string;
  /** The variables of one account, without any prefix. */
  readonly env: z.ZodObject;
  /** Opens an account from unparsed variables; throws ConfigError when they do not fit `env`. */
  open(values: Env, deps: ProviderDeps): ProviderAccount;
};

/** Declares a provider: its name in `<CHANNEL>_PROVIDERS`, its own environment and how an account is made. */
export function defineProvider<Shape extends z.ZodRawShape>(definition: {
  name: string;
  env: z.ZodObject<Shape>;
  create(env: z.output<z.ZodObject<Shape>>, deps: ProviderDeps): ProviderAccount;
}): Provider {
  return {
    name: definition.name,
    env: definition.env,
    open: (values, deps) => definition.create(parseConfig(definition.env, values), deps),
  };
}
