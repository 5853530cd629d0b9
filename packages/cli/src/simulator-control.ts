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

/** Forgets what the simulator received and how it was told to behave. */
export async function resetSimulator(simulator: string): Promise<void> {
  const response = await fetch(`${simulator}/__sim/reset`, { method: "POST" });
  if (!response.ok) throw new Error(`The simulator refused a reset: ${response.status}`);
}

/** Tells a provider of the simulator how to behave from now on. */
export async function behave(
  simulator: string,
  provider: string,
  behaviour: unknown,
): Promise<void> {
  const response = await fetch(`${simulator}/__sim/behaviour/${provider}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  if (!response.ok) throw new Error(`The simulator refused: ${await response.text()}`);
}
