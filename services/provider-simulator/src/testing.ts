export { openSimulator } from "./start-simulator.ts";
export { simulatedSubscription } from "./providers/webpush-browser.ts";
import { startSimulator } from "./start-simulator.ts";

/** A simulator of a test's own in which one provider is looked at, as the tests of senders use it. */
export async function startProvider(name: string) {
  const { url, smtpUrl, apnsUrl, messages, message, behave } = await startSimulator();
  return {
    url,
    smtpUrl,
    apnsUrl,
    /** What arrived, newest first; the query is the control API's. */
    messages: (query: string) => messages(`?${query}`),
    message,
    behave: (behaviour: object) => behave(name, behaviour),
    /** How often a delivery was accepted. */
    accepted: async (deliveryId: string) =>
      (await messages(`?deliveryId=${deliveryId}`)).filter(({ accepted }) => accepted).length,
  };
}
