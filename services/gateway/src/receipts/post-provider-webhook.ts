import { PulseError } from "@pulsecourier/contracts";
import { formatTraceparent } from "@pulsecourier/observability";
import type { GatewayContext } from "../context.ts";
import { type Answer, route, type RouteRequest } from "../http/route.ts";
import { takeInbound } from "./take-inbound.ts";
import { signersOf } from "./receipt-accounts.ts";
import { receiptMetrics } from "./receipt-metrics.ts";
import { takeReceipts } from "./take-receipts.ts";

/** Far over what any provider puts into one callback. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_RECEIPTS = 10_000;

type Callback = Omit<RouteRequest<string, unknown, unknown>, "params"> & {
  params: { provider: string; account?: string };
};

const taking = {
  method: "post",
  scope: "none",
  contentTypes: ["application/json", "application/x-www-form-urlencoded", "text/plain"],
  bodyLimit: MAX_BODY_BYTES,
  handler: takeCallback,
} as const;

/**
 * `POST /v1/providers/{provider}/webhooks`: what a provider reports later. The signature is checked over the raw
 * body before anything reads it; 204 means written, so that the provider need not repeat it.
 */
export const postProviderWebhook = route({ ...taking, path: "/v1/providers/:provider/webhooks" });

/** The same for one account of several at the provider: only that account's signature counts. */
export const postAccountWebhook = route({
  ...taking,
  path: "/v1/providers/:provider/webhooks/:account",
});

async function takeCallback(callback: Callback, context: GatewayContext): Promise<Answer> {
  const { params, path, search, headers, rawBody, trace } = callback;
  const { config, metrics, receiptAccounts } = context;
  const source = receiptAccounts.find(params.provider, params.account);
  if (source === null)
    throw new PulseError("not_found", "No provider or account here reports by this name.");
  const { provider } = source;
  const now = Date.now();
  const request = {
    url: config.PUBLIC_URL.replace(/\/$/, "") + path + (search === "" ? "" : `?${search}`),
    headers,
    rawBody,
    now,
    toleranceMs: config.RECEIPT_TOLERANCE_SECONDS * 1_000,
  };
  const signers = await signersOf(source.accounts, request);
  if (signers.length === 0) {
    receiptMetrics(metrics).refused.labels(provider.name).inc();
    throw new PulseError("invalid_signature");
  }
  await signers[0]?.confirm?.(request);
  const told = provider.read(request);
  if (told.length > MAX_RECEIPTS) {
    throw new PulseError("body_too_large", `A callback may hold ${MAX_RECEIPTS} receipts.`);
  }
  const signer = {
    live: signers.some(({ sandbox }) => !sandbox),
    sandbox: signers.some(({ sandbox }) => sandbox),
  };
  const from = { provider, signer, now, traceparent: formatTraceparent(trace) };
  await takeReceipts(
    told.filter((one) => one.kind !== "inbound"),
    from,
    context,
  );
  await takeInbound(
    told.filter((one) => one.kind === "inbound"),
    from,
    context,
  );
  return { status: 204 };
}
