import { z } from "zod";
import { deriveId, type IdSecret } from "../ids.ts";
import { Lane } from "../lanes.ts";
import { Name } from "./recipient.ts";

/** Where a fan-out stands. `accepted`: the router has not begun; `failed`: the tenant had no such audience any more. */
export const FANOUT_STATUSES = ["accepted", "running", "completed", "cancelled", "failed"] as const;

/** A fan-out: one event on its way to the members of one audience. */
export const FanoutView = z.object({
  id: z.guid(),
  status: z.enum(FANOUT_STATUSES),
  eventId: z.string().optional(),
  audience: z.string().optional(),
  rule: z.string().optional(),
  lane: Lane.optional(),
  expanded: z.int().describe("Members whose notifications are written"),
  pages: z.int(),
  members: z.int().optional().describe("Members the audience has now"),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type FanoutView = z.infer<typeof FanoutView>;

/** Value of the event by which the router asks itself for one page of a fan-out. */
export const FanoutPage = z.object({
  fanoutId: z.guid(),
  /** The last member of the pages before, all of which are written; null for the first page. */
  after: Name.nullable(),
  /** Members on the pages before, and how many pages those are. */
  expanded: z.int(),
  pages: z.int(),
});
export type FanoutPage = z.infer<typeof FanoutPage>;

/** What an event's fan-out to an audience is called. `rule` is empty for ad-hoc requests. */
export function fanoutId(
  secret: IdSecret,
  of: {
    tenant: string;
    acceptedAt: number;
    source: string;
    eventId: string;
    rule: string;
    audience: string;
  },
): string {
  const { tenant, acceptedAt, source, eventId, rule, audience } = of;
  return deriveId(secret, tenant, acceptedAt, [source, eventId, rule, audience, "fanout"]);
}
