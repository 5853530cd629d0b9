import { z } from "zod";
import { Duration } from "./duration.ts";
import { Name } from "./recipient.ts";

/** The most that can be reserved of a budget, and decimals that are kept. */
export const MAX_AMOUNT = 1_000_000_000;
const SCALE = 1_000_000;

/** An amount in whole millionths, so that sums of amounts are exact. */
export const toMillionths = (amount: number): number => Math.round(amount * SCALE);

/** Body of `PUT /v1/budgets/{name}`: what the sagas of a tenant may use together, of whatever its amounts count. */
export const BudgetInput = z.strictObject({
  limit: z.number().min(0).max(MAX_AMOUNT),
  window: z
    .union([z.literal("month"), Duration])
    .optional()
    .describe(
      "How long before it begins anew: `month` for a calendar month, else ISO 8601 counted from 1970, both in UTC; left out: never",
    ),
});
export type BudgetInput = z.infer<typeof BudgetInput>;

/** A budget and how it stands in its present window. `reserved`: held by sagas that have not ended. */
export const BudgetView = z.object({
  name: Name,
  ...BudgetInput.shape,
  used: z.number(),
  reserved: z.number(),
  startsAt: z.iso.datetime().optional(),
  endsAt: z.iso.datetime().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type BudgetView = z.infer<typeof BudgetView>;
