import type { Catalog, CatalogSnapshot } from "@pulsecourier/catalog";
import { addresseesOf, nationalPhones, type NotificationRequest } from "@pulsecourier/contracts";

type Asked = Pick<NotificationRequest, "to" | "template" | "workflow">;

/**
 * The catalog for these requests; read again first when it lacks a template, a workflow or the country of a phone number, which
 * another gateway may just have got.
 */
export async function snapshotFor(
  tenant: string,
  requests: readonly Asked[],
  catalog: Catalog,
): Promise<CatalogSnapshot> {
  const snapshot = await catalog.current(tenant);
  return requests.some((request) => lacks(snapshot, request))
    ? catalog.current(tenant, { fresh: true })
    : snapshot;
}

function lacks(snapshot: CatalogSnapshot, { template, workflow, to }: Asked): boolean {
  const { templates, workflows, settings } = snapshot;
  if (template !== undefined && !templates.has(template)) return true;
  if (workflow !== undefined && !workflows.has(workflow)) return true;
  if (settings.defaultCountry !== undefined) return false;
  return addresseesOf({ to }).recipients.some(
    ({ recipient }) => typeof recipient !== "string" && nationalPhones(recipient).length > 0,
  );
}
