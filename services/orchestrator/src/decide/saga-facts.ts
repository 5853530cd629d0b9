import type { SagaFacts } from "@pulsecourier/catalog";
import type { DeliveryStatus } from "@pulsecourier/contracts";
import { beganWith } from "./began-with.ts";
import type { Draft } from "./draft.ts";

/** From nothing to all that can be reached; what a condition sees of a step is its delivery that got furthest. */
const FURTHEST: readonly DeliveryStatus[] = [
  "cancelled",
  "expired",
  "failed",
  "pending",
  "unknown",
  "waiting",
  "retrying",
  "sent",
  "delivered",
  "read",
];

/** What expressions of the workflow see. */
export function factsOf({ saga, state: { deliveries, events, digest } }: Draft): SagaFacts {
  const steps: Record<string, string> = {};
  const byReach = deliveries.toSorted(
    (a, b) => FURTHEST.indexOf(a.status) - FURTHEST.indexOf(b.status),
  );
  for (const { step, status } of byReach) steps[step] = status;
  return { event: beganWith(saga), steps, events, ...(digest !== undefined && { digest }) };
}
