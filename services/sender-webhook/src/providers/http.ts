import type { DeliveryRecord } from "@pulsecourier/contracts";
import { createOutbound } from "@pulsecourier/outbound";
import { origins, url } from "@pulsecourier/runtime";
import { defineProvider, type ProviderOutcome } from "@pulsecourier/sender";
import { z } from "zod";
import { createDestinationGates } from "../destination-gates.ts";
import { signWebhook } from "../sign-webhook.ts";
import { createTargets, type Target } from "../target-store.ts";
import { readAnswer, readFailure } from "./read-answer.ts";

const env = z.object({
  CALLBACK_ALLOWED_ORIGINS: origins()
    .default([])
    .describe("Origins that webhooks may call though they are not https or not public"),
  WEBHOOK_SEND_TO: url("https", "http")
    .optional()
    .describe("Where recipients' messages go instead of to their URLs; callbacks go to theirs"),
});

/** The share of the sender's calls one receiver may hold; fewer than so many are not worth a limit. */
const MOST_OF_ALL_CALLS = 1 / 4;
const FEWEST_CALLS = 50;

/**
 * POSTs to URLs over a guarded client, signed as Standard Webhooks 1.0 says: a recipient's URL under the tenant's
 * secret, a status callback under its own secrets, wherever it points now.
 */
export const http = defineProvider({
  name: "http",
  env,
  create: (
    { CALLBACK_ALLOWED_ORIGINS, WEBHOOK_SEND_TO: sendTo },
    { db, callTimeoutMs: timeoutMs, concurrency },
  ) => {
    const callsAtOnce = Math.max(FEWEST_CALLS, Math.floor(concurrency * MOST_OF_ALL_CALLS));
    const outbound = createOutbound({
      allowedOrigins:
        sendTo === undefined ? CALLBACK_ALLOWED_ORIGINS : [...CALLBACK_ALLOWED_ORIGINS, sendTo],
      connections: callsAtOnce,
      timeoutMs,
    });
    const gates = createDestinationGates({ callsAtOnce });
    const targets = createTargets(db);

    return {
      async send({ delivery, content }, { signal, traceparent }) {
        const target = await findTarget(delivery, { targets, sendTo });
        if ("kind" in target) return target;
        const gate = await gates.enter(`${delivery.tenant} ${URL.parse(target.url)?.origin}`);
        if ("refused" in gate) {
          const { refused: detail, ...when } = gate;
          return { kind: "rate_limited", detail, scope: "recipient", ...when };
        }
        const { payload: body = "" } = content;
        // A fact keeps its id when it is sent again, so that its receiver knows it.
        const id = delivery.callback === undefined ? delivery.id : delivery.eventId;
        const signed = signWebhook(target.secrets, {
          id,
          seconds: Math.floor(Date.now() / 1_000),
          body,
        });
        const headers = { ...signed, ...STATED, "x-pulse-delivery": delivery.id, traceparent };
        const outcome = await outbound
          .post(target.url, { headers, body, signal })
          .then(readAnswer, readFailure);
        gate.done(outcome);
        return outcome.kind === "sent"
          ? { ...outcome, providerMessageId: id }
          : ofRecipient(outcome);
      },
      close: () => outbound.close(),
    };
  },
});

const STATED = { "content-type": "application/json", "user-agent": "PulseCourier" };

/** Where the message goes; or why it goes nowhere, without a call. */
async function findTarget(
  delivery: DeliveryRecord,
  o: { targets: ReturnType<typeof createTargets>; sendTo: string | undefined },
): Promise<Target | ProviderOutcome> {
  const { tenant, callback, address, redirected } = delivery;
  if (redirected === "accounts" && o.sendTo === undefined) return NOWHERE;
  try {
    if (callback === undefined || redirected !== undefined)
      return { url: o.sendTo ?? address, secrets: [await o.targets.tenantSecret(tenant)] };
    const target = await o.targets.callback({ tenant, name: callback });
    const detail = `the callback ${callback} was deleted or disabled`;
    return target ?? { kind: "permanent", code: "callback_ended", detail };
  } catch {
    return { kind: "transient", detail: "the secret could not be read", scope: "recipient" };
  }
}

/** A sandbox account is one for real unless it is told where else to send. */
const NOWHERE: ProviderOutcome = {
  kind: "permanent",
  code: "provider_misconfigured",
  detail: "the sandbox sends no webhooks until SANDBOX_WEBHOOK_SEND_TO says where to",
};

/** Whatever a receiver does is its own affair and nothing of the account's. */
function ofRecipient(outcome: ProviderOutcome): ProviderOutcome {
  switch (outcome.kind) {
    case "transient":
    case "rate_limited":
    case "ambiguous":
      return { ...outcome, scope: "recipient" };
    default:
      return outcome;
  }
}
