export {
  byteaArray,
  float8Array,
  int2Array,
  int4Array,
  textArray,
  timestamptzArray,
  uuidArray,
} from "./array-param.ts";
export { readAhead, returnToNow, travel } from "./clock-store.ts";
export { findContacts, insertContacts } from "./contact-store.ts";
export { createDb, type Db } from "./connection.ts";
export {
  headsOf,
  insertItems,
  itemsAfter,
  listItems,
  unread,
  type InboxHead,
  type InboxOwner,
  type InboxRow,
  type NewInboxItem,
} from "./inbox-store.ts";
export { missedInboxes, type MissedInbox, type MissedItem } from "./inbox-missed-store.ts";
export { loadSecret } from "./load-secret.ts";
export { archiveItem, markAllRead, markRead, type ToOutbox } from "./mark-inbox-store.ts";
export { migrate } from "./migrate.ts";
export { createOutboxRelay } from "./outbox-relay.ts";
export { insertOutbox, type OutboxRecord, readOutboxAge, relayOutbox } from "./outbox-store.ts";
export { retractItems } from "./retract-inbox-store.ts";
export type { Database } from "./schema/database.ts";
export { readStops, type Stop } from "./stop-store.ts";
export {
  findSuppressed,
  insertSuppressions,
  liftStops,
  type NewSuppression,
  type SuppressibleAddress,
} from "./suppression-store.ts";
export { insertTimers, type NewTimer } from "./timer-store.ts";
