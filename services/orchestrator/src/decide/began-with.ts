import type { RuleEvent } from "@pulsecourier/catalog";
import type { Saga } from "./saga.ts";

/** The event a saga began with, as conditions see it. */
export function beganWith({ request }: Pick<Saga, "request">): RuleEvent {
  const { summary, event, data } = request;
  const { subject, time } = event;
  return {
    id: summary.eventId,
    source: summary.source,
    type: event.type,
    ...(subject !== undefined && { subject }),
    ...(time !== undefined && { time }),
    data,
  };
}
