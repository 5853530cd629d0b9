import { setTimeout as delay } from "node:timers/promises";

/** Times a delivery id was accepted by the simulator. */
export async function receivedDeliveries(simulator: string): Promise<Map<string, number>> {
  const response = await fetch(`${simulator}/__sim/deliveries`);
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const { deliveryId, count }: { deliveryId: string; count: number } = JSON.parse(line);
      return [deliveryId, count];
    }),
  );
}

/** Polls until the simulator has accepted `count` different deliveries, or until nothing new comes for 30 s. */
export async function untilReceived(simulator: string, count: number): Promise<void> {
  let seen = -1;
  let idleSince = performance.now();
  for (;;) {
    const response = await fetch(`${simulator}/__sim/stats`);
    const { uniqueDeliveries }: { uniqueDeliveries: number } = JSON.parse(await response.text());
    if (uniqueDeliveries >= count) return;
    if (uniqueDeliveries !== seen) {
      seen = uniqueDeliveries;
      idleSince = performance.now();
    }
    if (performance.now() - idleSince > 30_000) return;
    await delay(20);
  }
}

export async function resetSimulator(simulator: string): Promise<void> {
  const response = await fetch(`${simulator}/__sim/reset`, { method: "POST" });
  if (!response.ok) throw new Error(`The simulator refused a reset: ${response.status}`);
}
