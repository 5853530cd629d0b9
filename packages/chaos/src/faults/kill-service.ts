import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

const SERVICES = [
  "gateway",
  "router",
  "scheduler",
  "tracker",
  "realtime",
  "sender-email",
  "sender-inapp",
] as const;

/** One fault for each service. */
export const killServices: Fault[] = SERVICES.map((service) => ({
  name: `kill-${service}`,
  what: `kill -9 of the ${service} in mid-flow, and a restart`,
  topology: "single",
  // What a sender had in hand waits in the shortest tier of its lane: 2 minutes for bulk.
  ...(service.startsWith("sender") ? { lanes: ["critical", "normal"] as const } : {}),
  // The inbox is asked and answers in one transaction: it has no window.
  ...(service === "sender-email" ? { duplicates: (callSlots: number) => callSlots } : {}),
  async strike({ services }, random) {
    const [name = service] = services.of(service);
    await services.kill(name);
    await delay(random.whole(0, 500));
    await services.restart(name);
  },
}));
