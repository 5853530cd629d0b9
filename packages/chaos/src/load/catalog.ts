import type { Api } from "@pulsecourier/cli";
import type { Channel } from "@pulsecourier/contracts";
import { putWorkflows } from "./sagas.ts";

export const SOURCE = "/chaos";

/** The rule for events that go through these channels, and their type. */
export function ruleFor(channels: readonly Channel[]): { rule: string; type: string } {
  const name = channels.join("-and-");
  return { rule: `chaos-${name}`, type: `chaos.${name}` };
}

const CHANNELS: readonly Channel[][] = [["email"], ["inapp"], ["email", "inapp"]];

/** Puts the template, the rules of the load's events, and its workflows. */
export async function putCatalog(api: Api): Promise<void> {
  const channels = {
    email: { subject: "Event {{number}}", text: "Still here." },
    inapp: { title: "Event {{number}}", body: "Still here." },
  };
  await api.put("/v1/templates/chaos", { channels });
  await putWorkflows(api);
  for (const through of CHANNELS) {
    const { rule, type } = ruleFor(through);
    const recipients = ["event.data.to"];
    await api.put(`/v1/rules/${rule}`, {
      on: type,
      recipients,
      channels: through,
      template: "chaos",
    });
  }
}
