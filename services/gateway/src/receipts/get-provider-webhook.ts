import { PulseError } from "@pulsecourier/contracts";
import type { GatewayContext } from "../context.ts";
import { type Answer, route, type RouteRequest } from "../http/route.ts";
import { receiptMetrics } from "./receipt-metrics.ts";

type Check = Pick<RouteRequest<string, unknown, unknown>, "search"> & {
  params: { provider: string; account?: string };
};

const checking = { method: "get", scope: "none", handler: answerCheck } as const;

/** `GET /v1/providers/{provider}/webhooks`: how a provider makes sure that the URL is ours. */
export const getProviderWebhook = route({ ...checking, path: "/v1/providers/:provider/webhooks" });

/** The same for one account of several at the provider. */
export const getAccountWebhook = route({
  ...checking,
  path: "/v1/providers/:provider/webhooks/:account",
});

function answerCheck({ params, search }: Check, context: GatewayContext): Answer {
  const source = context.receiptAccounts.find(params.provider, params.account);
  if (source === null)
    throw new PulseError("not_found", "No provider or account here reports by this name.");
  const query = new URLSearchParams(search);
  for (const account of source.accounts) {
    const text = account.answerCheck?.(query) ?? null;
    if (text !== null) return { status: 200, text, headers: { "content-type": "text/plain" } };
  }
  receiptMetrics(context.metrics).refused.labels(source.provider.name).inc();
  throw new PulseError("invalid_signature", "The check is not one this provider's accounts know.");
}
