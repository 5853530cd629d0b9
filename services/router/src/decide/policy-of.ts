import type { CatalogSnapshot } from "@pulsecourier/catalog";
import { CategoryDefinition, type PresencePolicy } from "@pulsecourier/contracts";
import type { Request } from "../read/request.ts";

/** The category a workflow names. */
export function categoryOf(workflow: string | undefined, catalog: CatalogSnapshot): string | null {
  if (workflow === undefined) return null;
  return catalog.workflows.get(workflow)?.definition.category ?? null;
}

const defaultPolicy = CategoryDefinition.parse({});

/** A category and what it demands; one that was never declared has the defaults. */
export function policyOf(category: string | null, { categories }: CatalogSnapshot) {
  const declared = category === null ? undefined : categories.get(category);
  return { category, policy: declared ?? defaultPolicy };
}

/** What a request's tenant or category makes of a recipient's being connected. */
export function presenceOf({
  policy,
  settings,
}: Pick<Request, "policy" | "settings">): PresencePolicy {
  return policy.presence ?? settings.presence ?? "ignored";
}
