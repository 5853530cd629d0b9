import type { NotificationView } from "@pulsecourier/contracts";
import { table } from "../terminal/table.ts";

/** What became of one expected delivery. */
export type Arrival = {
  event: string;
  recipient: string;
  lane: string;
  channel: string;
  provider: string;
  /** Subject or title as it arrived; null when it did not. */
  subject: string | null;
  /** Accepted to sent. */
  afterMs?: number;
  why?: string;
};

export function arrivalsTable(arrivals: Arrival[]): string {
  return table(
    ["event", "recipient", "lane", "channel", "provider", "arrived as", "after"],
    arrivals.map(({ event, recipient, lane, channel, provider, subject, afterMs, why }) => [
      event,
      recipient,
      lane,
      channel,
      provider,
      subject ?? `MISSING (${why ?? "unknown"})`,
      afterMs === undefined ? "" : `${afterMs} ms`,
    ]),
  );
}

/** The error code or status that tells why nothing arrived through a channel. */
export function whyNot(view: NotificationView, channel: string): string {
  const delivery = view.deliveries.find((one) => one.channel === channel);
  const skipped = (view.timeline ?? [])
    .flatMap((entry) => (Array.isArray(entry["skipped"]) ? entry["skipped"] : []))
    .find((one) => one.channel === channel);
  return (
    delivery?.error?.code ??
    skipped?.error?.code ??
    view.error?.code ??
    (delivery === undefined
      ? `nothing sent, ${view.status}`
      : `${delivery.status}, but not with the provider`)
  );
}
