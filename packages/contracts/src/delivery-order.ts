import type { DeliveryStatus } from "./schemas/notification-view.ts";

/** How far a delivery is: later facts win, whatever order they arrive in. */
export type DeliveryPosition = {
  redrive: number;
  attempts: number;
  status: DeliveryStatus;
  /** When the provider said that it could not deliver what it had taken. */
  bouncedAt?: string | undefined;
};

const REACHED: Partial<Record<DeliveryStatus, number>> = { sent: 1, delivered: 2, read: 4 };
/** A bounce may follow `delivered`: the server that took the mail found nobody to give it to. */
const BOUNCED = 3;
const ENDED: readonly DeliveryStatus[] = ["failed", "cancelled", "expired"];
const OPEN: readonly DeliveryStatus[] = ["pending", "waiting", "retrying", "unknown"];

/**
 * True when `next` is ahead of `current`. What reached the recipient is never taken back, so a late `sent` of a
 * lost owner wins; of several bounces the first counts; otherwise (redrive, ended or open, attempt, kind of waiting)
 * decides.
 */
export function isAhead(next: DeliveryPosition, current: DeliveryPosition): boolean {
  return compare(rank(next), rank(current)) > 0;
}

function rank(position: DeliveryPosition): number[] {
  if (position.bouncedAt !== undefined) return [BOUNCED, -Date.parse(position.bouncedAt)];
  const reached = REACHED[position.status] ?? 0;
  if (reached > 0) return [reached];
  const ended = ENDED.includes(position.status) ? 1 : 0;
  return [0, position.redrive, ended, position.attempts, OPEN.indexOf(position.status)];
}

function compare(a: number[], b: number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
