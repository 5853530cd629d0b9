import type { Catalog, CatalogSnapshot } from "@pulsecourier/catalog";

/** The catalog for these requests; read again first when it lacks a template or workflow, which another gateway may just have got. */
export async function snapshotFor(
  tenant: string,
  requests: readonly { template?: string | undefined; workflow?: string | undefined }[],
  catalog: Catalog,
): Promise<CatalogSnapshot> {
  const snapshot = await catalog.current(tenant);
  const lacks = requests.some(
    ({ template, workflow }) =>
      (template !== undefined && !snapshot.templates.has(template)) ||
      (workflow !== undefined && !snapshot.workflows.has(workflow)),
  );
  return lacks ? catalog.current(tenant, { fresh: true }) : snapshot;
}
