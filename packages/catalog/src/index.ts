export { type Catalog, createCatalog } from "./catalog.ts";
export {
  type CelValue,
  compileSagaCondition,
  compileSignalCondition,
  type SagaFacts,
} from "./cel.ts";
export { checkWorkflow } from "./check-workflow.ts";
export { compileRule } from "./compile-rule.ts";
export {
  type Definitions,
  deleteEntry,
  type Entry,
  type EntryKind,
  getEntry,
  listEntries,
  putEntry,
  SETTINGS_ENTRY,
} from "./entry-store.ts";
export type { CompiledRule, RuleEvent, RuleResult } from "./rule.ts";
export {
  getPause,
  type Pause,
  pauseEntry,
  pauseKey,
  type Pauses,
  readPauseEnds,
  resumeEntry,
  type StandingPause,
} from "./pause-store.ts";
export { readSignalKey, type SignalKey } from "./signals.ts";
export type { CatalogSnapshot } from "./snapshot.ts";
