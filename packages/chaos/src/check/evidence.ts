import type { NotificationStatus } from "@pulsecourier/contracts";
import type { SendRecord } from "../load/send-record.ts";

/** What is known after heal and drain, from the sender, the provider and the platform's own records. */
export type Evidence = {
  sends: readonly SentMessage[];
  /** What clients see, by recipient; each should have one at most. */
  notifications: ReadonlyMap<string, readonly NotificationSeen[]>;
  /** The effect ledger, by delivery id. */
  ledger: ReadonlyMap<string, { state: string; possibleDuplicates: number }>;
  /** Times the email provider accepted each delivery id. */
  provider: ReadonlyMap<string, number>;
  /** In-app items by delivery id. */
  inbox: ReadonlySet<string>;
  /** Deliveries and notifications with a dead letter. */
  deadLetters: ReadonlySet<string>;
  /** Notifications that have a saga, and what is wrong with any of these. */
  sagas: { of: ReadonlySet<string>; problems: readonly string[] };
  /** What has not been worked off, by what it is: a consumer group, the outbox, the timers. */
  backlog: Readonly<Record<string, number>>;
};

export type NotificationSeen = { id: string; status: NotificationStatus };

/**
 * A message that was sent, with the ids it must have led to, derived without asking who should have carried it
 * out. Null when an event was never decided, or when nobody was told an id.
 */
export type SentMessage = SendRecord & {
  expected: { notificationId: string; deliveries: Readonly<Record<string, string>> } | null;
};
