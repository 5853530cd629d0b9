import { createSimulator, simulatorConfig } from "@pulsecourier/provider-simulator";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { onTestFinished } from "vitest";

/** A provider simulator of the test's own, with what a test asks of it. */
export async function startSimulator(provider: "smtp" | "sendgrid") {
  const config = parseConfig(simulatorConfig, { SIMULATOR_PORT: "0", SIMULATOR_SMTP_PORT: "0" });
  const simulator = createSimulator(config, {
    logger: createLogger({ service: "test", level: "silent" }),
  });
  onTestFinished(() => simulator.close());
  const { url, smtpUrl } = await simulator.start();
  const control = `${url}/__sim`;
  const messages = async (query: string): Promise<Received[]> => {
    const answer = await fetch(`${control}/messages?${query}`);
    // The simulator's own answer, described by its control API.
    return ((await answer.json()) as { data: Received[] }).data;
  };
  return {
    url,
    smtpUrl,
    messages,
    message: async (id: string): Promise<unknown> =>
      (await fetch(`${control}/messages/${id}`)).json(),
    behave: (behaviour: object) =>
      fetch(`${control}/behaviour/${provider}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(behaviour),
      }),
    accepted: async (deliveryId: string) =>
      (await messages(`deliveryId=${deliveryId}`)).filter((message) => message.accepted).length,
  };
}

type Received = {
  id: string;
  to: string[];
  subject?: string;
  accepted: boolean;
  args?: Record<string, string>;
};
