import { suppressionAddress } from "@pulsecourier/contracts";
import { findContacts, insertSuppressions, liftStops } from "@pulsecourier/db";
import type { GatewayContext } from "../context.ts";
import { hearMessages } from "./inbound-message-store.ts";
import type { InboundMessage } from "./receipt.ts";
import { receiptMetrics } from "./receipt-metrics.ts";
import type { Callback } from "./take-receipts.ts";

/**
 * Heeds what recipients wrote: STOP puts their address on the list of every tenant that has sent to it through the
 * channel, START takes off what a STOP put there. Anything else is counted. Repeats are about the time they were
 * first heard of, and change nothing.
 */
export async function takeInbound(
  messages: readonly InboundMessage[],
  { provider, signer }: Omit<Callback, "traceparent">,
  { db, catalog, metrics }: GatewayContext,
): Promise<void> {
  const { name, channel } = provider;
  const { inbound } = receiptMetrics(metrics);
  for (const { wish } of messages) inbound.labels(name, wish ?? "other").inc();
  const wishes = messages.filter(({ wish }) => wish !== null);
  if (wishes.length === 0) return;
  const heard = await hearMessages(
    db,
    name,
    wishes.map(({ eventId }) => eventId),
  );
  for (const { wish, from, eventId, at: told } of wishes) {
    const address = suppressionAddress(channel, from);
    const at = timeOf(told, heard.get(eventId));
    if (address === null || address === "" || at === undefined) continue;
    const tenants = [];
    for (const tenant of await findContacts(db, { channel, address })) {
      const { sandbox } = await catalog.current(tenant);
      if (sandbox ? signer.sandbox : signer.live) tenants.push(tenant);
    }
    const rows = tenants.map((tenant) => ({ tenant, channel, address, provider: name, at }));
    if (wish === "start") await liftStops(db, rows);
    else
      await insertSuppressions(
        db,
        rows.map((row) => ({ ...row, reason: "stop" })),
      );
  }
}

/** Where a provider tells whole seconds, messages of one second are in the order they were first heard in. */
function timeOf(told: number | undefined, heard: number | undefined): number | undefined {
  if (told === undefined || heard === undefined) return told ?? heard;
  return told % 1_000 === 0 ? told + Math.min(999, Math.max(0, heard - told)) : told;
}
