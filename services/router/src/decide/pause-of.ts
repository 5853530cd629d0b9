import {
  type CatalogSnapshot,
  type CompiledRule,
  type Pause,
  pauseKey,
} from "@pulsecourier/catalog";

type Paused = Pick<CatalogSnapshot, "pauses">;

/**
 * The pause that keeps a rule from deciding; null when it decides. While its workflow makes events wait it does: the
 * sagas it starts hold.
 */
export function pauseOf(
  { name, definition: { workflow } }: Pick<CompiledRule, "name" | "definition">,
  catalog: Paused,
): Pause | null {
  return catalog.pauses.get(pauseKey("rule", name)) ?? skipOf(workflow, catalog);
}

/** The pause of a workflow that skips what would start it. */
export function skipOf(workflow: string | undefined, { pauses }: Paused): Pause | null {
  const pause = workflow === undefined ? undefined : pauses.get(pauseKey("workflow", workflow));
  return pause?.events === "skip" ? pause : null;
}
