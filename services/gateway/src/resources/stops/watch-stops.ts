import { describeStop, STOP_SCOPES, stopScope } from "@pulsecourier/contracts";
import { type Db, readStops } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";
import type { ReadyCheck } from "@pulsecourier/runtime";

/** Shows how many stops stand, as of the scrape. */
export function watchStops(db: Db, metrics: Metrics): void {
  const gauge = metrics.gauge({
    name: "pulse_stops",
    help: "Stops that stand, by what is stopped: account, channel, tenant, tenant_channel",
    labels: ["scope"],
    collect: async (): Promise<void> => {
      const stops = await readStops(db).catch(() => null);
      if (stops === null) return;
      for (const scope of STOP_SCOPES)
        gauge.labels(scope).set(stops.filter((stop) => stopScope(stop) === scope).length);
    },
  });
}

/** What is stopped, as a check that warns and leaves the service ready. */
export async function stopsCheck(db: Db): Promise<ReadyCheck[]> {
  const stops = await readStops(db).catch(() => []);
  if (stops.length === 0) return [];
  const detail = stops.map((stop) => `${describeStop(stop)}: ${stop.reason}`).join("; ");
  return [{ name: "stops", ok: false, optional: true, detail }];
}
