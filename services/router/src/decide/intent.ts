import type {
  IdSecret,
  InlineRecipient,
  Lane,
  RecipientInput,
  TopicNames,
} from "@pulsecourier/contracts";
import type { NewTimer } from "@pulsecourier/db";
import type { OutRecord } from "@pulsecourier/kafka";
import type { BulkBudget } from "./bulk-budget.ts";
import type { Request } from "../read/request.ts";

/** One recipient of a request. */
export type Intent = {
  request: Request;
  /** The recipient's key. */
  key: string;
  recipient: string | InlineRecipient;
  notificationId: string;
};

/** What deciding about an intent needs besides it. */
export type RoutingContext = {
  secret: IdSecret;
  topics: TopicNames;
  budget: BulkBudget;
  /** ms since 1970. */
  now: number;
};

/** What became of an intent, and the records that do and say it. */
export type RoutedIntent = {
  result:
    | "routed"
    | "wave"
    | "saga"
    | "scheduled"
    | "held"
    | "suppressed"
    | "failed"
    | "expired"
    | "cancelled";
  lane: Lane;
  records: OutRecord[];
  /** Has what was held decided anew. */
  timer?: NewTimer;
};

/** The recipient's id in the directory, or null for one used once. */
export function directoryId({ recipient }: Intent): string | null {
  return typeof recipient === "string" ? recipient : (recipient.id ?? null);
}

/** A recipient with what the directory knows; what was written into the request wins. */
export function mergeRecipient(
  recipient: string | InlineRecipient,
  profile: RecipientInput | null,
): InlineRecipient {
  return typeof recipient === "string"
    ? { id: recipient, ...profile }
    : { ...profile, ...recipient };
}
