import type { LedgerRow } from "./ledger-store.ts";

/** The attempt a record asks for. */
export type Asked = {
  redrive: number;
  attempt: number;
  onUnknown: "at_least_once" | "at_most_once";
};

/**
 * What to do when the ledger refused a claim:
 * - `claim`: the row allows it after all (it changed in between), ask again
 * - `reemit`: it has ended, or exactly this attempt is settled: say again what was said
 * - `superseded`: a later attempt has begun; its own record goes on
 * - `join`: our own call is running
 * - `park`: another sender's call is running; come back later, without spending an attempt
 * - `take_over`: the call was never finished and the category wants another one
 * - `give_up`: the call was never finished and the category forbids another one
 */
export type ClaimDecision =
  | "claim"
  | "reemit"
  | "superseded"
  | "join"
  | "park"
  | "take_over"
  | "give_up";

/** Pure; `owner` is ours and `now` the database's time, ms. */
export function decideClaim(
  row: LedgerRow,
  asked: Asked,
  us: { owner: string; now: number },
): ClaimDecision {
  const order = row.redrive - asked.redrive || row.attempt - asked.attempt;
  switch (row.state) {
    case "sent":
    case "cancelled":
    case "expired":
      return "reemit";
    case "failed":
      return row.redrive < asked.redrive ? "claim" : "reemit";
    case "retry":
      if (order === 0) return "reemit";
      return order < 0 ? "claim" : "superseded";
    case "waiting":
      return order <= 0 ? "claim" : "superseded";
    case "calling":
      if (order > 0) return "superseded";
      if (row.leaseUntil > us.now) return row.owner === us.owner ? "join" : "park";
      return asked.onUnknown === "at_least_once" ? "take_over" : "give_up";
  }
}
