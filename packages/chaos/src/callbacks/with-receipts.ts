import type { Target } from "../target.ts";
import { withVariables } from "../with-variables.ts";

/** Acts while the gateway takes the callbacks of the email provider; gives the URL they go to. */
export async function withReceipts<T>(
  target: Target,
  act: (url: string) => Promise<T>,
): Promise<T> {
  const { keys } = await target.simulator.receipts();
  const variables = { SENDGRID_WEBHOOK_PUBLIC_KEY: keys["SENDGRID_WEBHOOK_PUBLIC_KEY"] };
  const url = `${target.dev.gateway}/v1/providers/sendgrid/webhooks`;
  return withVariables(target, { service: "gateway", variables }, () => act(url));
}
