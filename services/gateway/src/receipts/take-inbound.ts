import { suppressionAddress } from "@pulsecourier/contracts";
import { findContacts, insertSuppressions, liftStops, type NewSuppression } from "@pulsecourier/db";
import type { GatewayContext } from "../context.ts";
import { hearMessages } from "./inbound-message-store.ts";
import type { InboundMessage } from "./receipt.ts";
import type { Signer } from "./receipt-accounts.ts";
import { receiptMetrics } from "./receipt-metrics.ts";
import type { Callback } from "./take-receipts.ts";

/** A STOP or START and when it was. */
type Wish = { address: string; at: number; wish: "stop" | "start" };

/**
 * Heeds what recipients wrote: STOP puts their address on the list of every tenant that has sent to it through the
 * channel, START takes off what a STOP put there. Anything else is counted. Repeats are about the time they were
 * first heard of, and change nothing; nor does the order.
 */
export async function takeInbound(
  messages: readonly InboundMessage[],
  { provider, signer }: Omit<Callback, "traceparent">,
  context: GatewayContext,
): Promise<void> {
  const { name, channel } = provider;
  const { inbound } = receiptMetrics(context.metrics);
  for (const { wish } of messages) inbound.labels(name, wish ?? "other").inc();
  const wishes = await wishesIn(messages, provider, context);
  if (wishes.length === 0) return;
  const addresses = wishes.map(({ address }) => address);
  const tenantsOf = await findContacts(context.db, channel, addresses);
  const heeding = await theirs(new Set([...tenantsOf.values()].flat()), signer, context);
  const rows = wishes.flatMap(({ address, at, wish }) =>
    (tenantsOf.get(address) ?? [])
      .filter((tenant) => heeding.has(tenant))
      .map((tenant) => ({ tenant, channel, address, reason: wish, provider: name, at })),
  );
  const asking = (wish: Wish["wish"]): NewSuppression[] =>
    rows.filter(({ reason }) => reason === wish);
  await insertSuppressions(context.db, asking("stop"));
  await liftStops(context.db, asking("start"));
}

async function wishesIn(
  messages: readonly InboundMessage[],
  { name, channel }: Callback["provider"],
  { db }: GatewayContext,
): Promise<Wish[]> {
  const asking = messages.flatMap(({ wish, ...message }) =>
    wish === null ? [] : [{ ...message, wish }],
  );
  if (asking.length === 0) return [];
  const heard = await hearMessages(
    db,
    name,
    asking.map(({ eventId }) => eventId),
  );
  return asking.flatMap(({ wish, from, eventId, at: told }) => {
    const address = suppressionAddress(channel, from);
    const at = timeOf(told, heard.get(eventId));
    return address === null || address === "" || at === undefined ? [] : [{ address, at, wish }];
  });
}

/** Those of the tenants whose account it is. */
async function theirs(
  tenants: ReadonlySet<string>,
  signer: Signer,
  { catalog }: GatewayContext,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const tenant of tenants) {
    const { sandbox } = await catalog.current(tenant);
    if (sandbox ? signer.sandbox : signer.live) found.add(tenant);
  }
  return found;
}

/** Where a provider tells whole seconds, messages of one second are in the order they were first heard in. */
function timeOf(told: number | undefined, heard: number | undefined): number | undefined {
  if (told === undefined || heard === undefined) return told ?? heard;
  return told % 1_000 === 0 ? told + Math.min(999, Math.max(0, heard - told)) : told;
}
