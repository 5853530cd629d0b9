import type { CatalogSnapshot } from "@pulsecourier/catalog";
import type { IdSecret } from "@pulsecourier/contracts";
import type { AcceptedEvent, Parked } from "../read/event.ts";
import { applyRule, type Decision } from "./decide-event.ts";

/** An event that waited for a paused rule: that rule decides about it, as it is now. */
export function decideParked(
  event: AcceptedEvent,
  { rule: name, isOver }: Parked,
  catalog: CatalogSnapshot,
  secret: IdSecret,
): Decision {
  const decision: Decision = { requests: [], rules: [], waiting: [] };
  const rule = catalog.rules.find((one) => one.name === name);
  const about = { rule: name, version: rule?.version ?? 0, result: "no_match" } as const;
  if (!isOver) decision.rules.push({ ...about, reasons: ["paused", "it waited for 30 days"] });
  else if (rule === undefined) decision.rules.push({ ...about, reasons: ["the rule is gone"] });
  else if (!rule.matchesType(event.type))
    decision.rules.push({ ...about, reasons: ["the rule is for other events now"] });
  else applyRule(event, rule, { catalog, secret, decision });
  return decision;
}
