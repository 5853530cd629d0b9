import type { CatalogTables } from "./catalog.ts";
import type { DirectoryTables } from "./directory.ts";
import type { GatewayTables } from "./gateway.ts";
import type { InboxTables } from "./inbox.ts";
import type { LedgerTables } from "./ledger.ts";
import type { RoutingTables } from "./routing.ts";
import type { SagaTables } from "./saga.ts";
import type { ScheduleTables } from "./schedule.ts";
import type { TrackingTables } from "./tracking.ts";

/** Every table, by schema-qualified name; one writer each, timers and inbox excepted. */
export type Database = CatalogTables &
  DirectoryTables &
  GatewayTables &
  InboxTables &
  LedgerTables &
  RoutingTables &
  SagaTables &
  ScheduleTables &
  TrackingTables;
