import {
  acceptedAtOf,
  type Channel,
  factRecord,
  type IdSecret,
  isDeliveryOf,
  suppressionAddress,
  verifyId,
} from "@pulsecourier/contracts";
import { insertSuppressions, type NewSuppression } from "@pulsecourier/db";
import type { GatewayContext } from "../context.ts";
import type { Signer } from "./receipt-accounts.ts";
import { receiptFact } from "./receipt-fact.ts";
import { receiptMetrics } from "./receipt-metrics.ts";
import type { Receipt, ReceiptProvider } from "./receipt.ts";
import { keepUnknownReceipts } from "./unknown-receipt-store.ts";

/** Where receipts come from and when they were heard of, ms since 1970. */
export type Callback = {
  provider: ReceiptProvider;
  signer: Signer;
  now: number;
  traceparent: string;
};

type Known = Receipt & { reference: NonNullable<Receipt["reference"]> };

/**
 * Writes receipts: suppressions, then facts, acknowledged by Kafka. Repeats change nothing: facts are told apart by
 * the provider's name for the event. Those that name no notification of ours are kept aside and counted. Rejects
 * when Postgres or Kafka is away; the provider then calls again.
 */
export async function takeReceipts(
  receipts: readonly Receipt[],
  callback: Callback,
  context: GatewayContext,
): Promise<void> {
  const { db, producer, secrets, names, metrics } = context;
  const { provider, now, traceparent } = callback;
  const { known, unknown } = await sort(receipts, callback, context);
  await Promise.all([
    insertSuppressions(
      db,
      known.flatMap((receipt) => suppressionOf(receipt, callback)),
    ),
    keepUnknownReceipts(db, provider.name, unknown),
  ]);
  const facts = known.flatMap(
    (receipt) => receiptFact(receipt, { secret: secrets.ids, provider, now }) ?? [],
  );
  if (facts.length > 0) {
    await producer.send(facts.map((fact) => factRecord(names.lifecycle, fact, traceparent)));
  }
  const { taken } = receiptMetrics(metrics);
  for (const { kind } of known) taken.labels(provider.name, kind).inc();
  taken.labels(provider.name, "unknown").inc(unknown.length);
}

/**
 * A sandbox account speaks for sandbox tenants only, and a live one for the others. What is redirected goes through
 * either; addresses are suppressed by the word of the tenant's own kind of account only.
 */
async function sort(
  receipts: readonly Receipt[],
  { provider, signer }: Callback,
  { catalog, secrets, config }: GatewayContext,
): Promise<{ known: Known[]; unknown: Receipt[] }> {
  const known: Known[] = [];
  const unknown: Receipt[] = [];
  for (const receipt of receipts) {
    const { reference } = receipt;
    const ours = reference !== null && isOurs(reference, provider.channel, secrets.ids);
    const tenant = ours ? await catalog.current(reference.tenant) : null;
    if (ours && tenant !== null && (tenant.sandbox ? signer.sandbox : signer.live))
      known.push({ ...receipt, reference });
    else if (ours && (tenant?.settings.sandboxRedirect ?? config.REDIRECT_ALL_TO) !== undefined) {
      const { suppress: _, ...told } = receipt;
      known.push({ ...told, reference });
    } else unknown.push(receipt);
  }
  return { known, unknown };
}

function isOurs(reference: Known["reference"], channel: Channel, secret: IdSecret): boolean {
  const { tenant, notificationId: id, deliveryId: given } = reference;
  if (!verifyId(secret, tenant, id) || acceptedAtOf(id) > Date.now()) return false;
  return (
    given === undefined || isDeliveryOf(secret, { tenant, notificationId: id, channel }, given)
  );
}

function suppressionOf(
  { reference, suppress, at }: Known,
  { provider: { name, channel } }: Callback,
): NewSuppression[] {
  const address = suppress && suppressionAddress(channel, suppress.address);
  if (suppress === undefined || address == null || address === "") return [];
  const { tenant } = reference;
  const { reason, until } = suppress;
  const base = { tenant, channel, address, reason, provider: name, at };
  return [until === undefined ? base : { ...base, until }];
}
