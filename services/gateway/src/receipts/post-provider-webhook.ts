import { PulseError } from "@pulsecourier/contracts";
import { formatTraceparent } from "@pulsecourier/observability";
import { route } from "../http/route.ts";
import { receiptMetrics } from "./receipt-metrics.ts";
import { takeReceipts } from "./take-receipts.ts";

/** Far over what any provider puts into one callback. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_RECEIPTS = 10_000;

/**
 * `POST /v1/providers/{provider}/webhooks`: what a provider reports later. The signature is checked over the raw
 * body before anything reads it; 204 means written, so that the provider need not repeat it.
 */
export const postProviderWebhook = route({
  method: "post",
  path: "/v1/providers/:provider/webhooks",
  scope: "none",
  contentTypes: ["application/json", "application/x-www-form-urlencoded", "text/plain"],
  bodyLimit: MAX_BODY_BYTES,
  handler: async ({ params, path, search, headers, rawBody, trace }, context) => {
    const { config, metrics, receiptAccounts } = context;
    const provider = receiptAccounts.provider(params.provider);
    if (provider === null)
      throw new PulseError("not_found", "No provider here reports by this name.");
    const now = Date.now();
    const request = {
      url: config.PUBLIC_URL.replace(/\/$/, "") + path + (search === "" ? "" : `?${search}`),
      headers,
      rawBody,
      now,
      toleranceMs: config.RECEIPT_TOLERANCE_SECONDS * 1_000,
    };
    const signer = await receiptAccounts.signer(provider, request);
    if (signer === null) {
      receiptMetrics(metrics).refused.labels(provider.name).inc();
      throw new PulseError("invalid_signature");
    }
    const receipts = provider.read(request);
    if (receipts.length > MAX_RECEIPTS) {
      throw new PulseError("body_too_large", `A callback may hold ${MAX_RECEIPTS} receipts.`);
    }
    const traceparent = formatTraceparent(trace);
    await takeReceipts(receipts, { provider, signer, now, traceparent }, context);
    return { status: 204 };
  },
});
