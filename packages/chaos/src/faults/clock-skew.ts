import { setTimeout as delay } from "node:timers/promises";
import { SKEW_MS, skewedClock } from "../cluster/skew-clock.ts";
import type { Fault, Strike } from "../fault.ts";
import type { PlannedSend } from "../load/plan-load.ts";
import type { Random } from "../random.ts";
import { USUAL } from "../simulator.ts";
import type { Target } from "../target.ts";

const SERVICES = [
  "gateway",
  "router",
  "orchestrator",
  "scheduler",
  "tracker",
  "sender-email",
  "sender-inapp",
  "realtime",
] as const;
const SCHEDULED = 20;
const WAIT_MS = 15_000;

/** A service a seed; the clocks of Postgres, Kafka and the provider are right. */
export const clockSkew: Fault = {
  name: "clock-skew",
  what: "the clock of a service is 5 min fast or slow, and steps to the other side",
  topology: "single",
  longOnly: true,
  lanes: ["critical", "normal"],
  loadMs: 10_000,
  async strike(target, random, run) {
    const service = random.pick(SERVICES);
    const [name = service] = target.services.of(service);
    const side = random.pick<1 | -1>([1, -1]);
    // So that some wait in a retry tier.
    await target.simulator.behave({ ...USUAL, errorRate: 0.1, errorStatus: 500 });
    await target.services.stop(name);
    await target.services.restart(name, skewedClock(side, random));
    const early = await sendScheduled(target, random, run);
    // None is refused as often as a delivery may be.
    await target.simulator.behave(USUAL);
    await target.services.stop(name);
    await target.services.restart(name, { NODE_OPTIONS: "" });
    const about = `${service} ${side > 0 ? "fast" : "slow"}`;
    return {
      problems: early.map((why) => `${about}: ${why}`),
      figures: { [`${service.replace("-", "")}SkewMs`]: side * SKEW_MS },
    };
  },
};

/** Schedules some, and gives those that came before their time. */
async function sendScheduled(
  { simulator }: Target,
  random: Random,
  { prefix, send }: Strike,
): Promise<string[]> {
  const planned = Array.from({ length: SCHEDULED }, (_, index): Scheduled => {
    const recipient = `${prefix}-due-${index}`;
    const sendAt = { inMs: random.whole(2_000, 8_000), thenCancel: false };
    const message = { recipient, channels: ["email"] as const, sendAt };
    return { atMs: 0, lane: "normal", way: "notification", key: recipient, message };
  });
  const began = Date.now();
  await send(planned);
  await delay(WAIT_MS - (Date.now() - began));
  const arrivals = planned.map(async ({ message: { recipient, sendAt } }) => {
    const due = began + (sendAt?.inMs ?? 0);
    const arrived = await simulator.arrivedAt(`${recipient}@example.com`);
    return arrived !== null && arrived < due
      ? [`${recipient} was sent ${due - arrived} ms early`]
      : [];
  });
  return (await Promise.all(arrivals)).flat();
}

type Scheduled = Extract<PlannedSend, { way: "notification" }>;
