import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  PulseError,
  type ScheduledEvent,
  type ScheduleEmits,
  type ScheduleInput,
} from "@pulsecourier/contracts";
import { readEvent } from "../../events/event.ts";
import { checkNotification } from "../../notifications/check-notification.ts";

/** What clients see of a schedule: their input with its zone. */
export type ScheduleDefinition = ScheduleInput & { timezone: string };
export type CheckedSchedule = { definition: ScheduleDefinition; emits: ScheduleEmits };

/** The schedule with its zone and what it publishes; or the error that says what about it cannot be carried out. */
export function checkSchedule(input: ScheduleInput, asOf: AsOf): CheckedSchedule {
  const timezone = input.timezone ?? asOf.snapshot.settings.timezone ?? "UTC";
  return { definition: { ...input, timezone }, emits: emitsOf(input, asOf) };
}

/** What a request is checked against: catalog, the audiences it names that there are, and time, ms. */
type AsOf = { snapshot: CatalogSnapshot; audiences: ReadonlySet<string>; now: number };

function emitsOf({ notification, event }: ScheduleInput, asOf: AsOf): ScheduleEmits {
  if (notification !== undefined) {
    const checked = checkNotification({ request: notification, ...asOf, at: "/notification" });
    return { kind: "notification", event: checked };
  }
  if (event !== undefined) return eventOf(event);
  // The schema wants one of them.
  throw new PulseError("invalid_request");
}

function eventOf({ data, ...attributes }: ScheduledEvent): ScheduleEmits {
  const named = { specversion: "1.0", id: "made at each run", ...attributes };
  const read = readEvent(named, Buffer.from(JSON.stringify(data)), ["event"]);
  const { subject } = read;
  return {
    kind: "event",
    lane: read.lane,
    ...(subject !== undefined && { subject }),
    attributes: read.attributes,
    data,
  };
}
