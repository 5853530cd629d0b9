import { fanoutId, type IdSecret } from "@pulsecourier/contracts";
import type { Request } from "../read/request.ts";

/** The id of a request's fan-out to an audience. */
export function fanoutOf(
  secret: IdSecret,
  { event, rule }: Pick<Request, "event" | "rule">,
  audience: string,
): string {
  const { tenant, acceptedAt, source, id: eventId } = event;
  return fanoutId(secret, {
    tenant,
    acceptedAt,
    source,
    eventId,
    rule: rule?.name ?? "",
    audience,
  });
}
