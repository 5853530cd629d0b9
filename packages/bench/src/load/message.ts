import type { Channel, NotificationRequest } from "@pulsecourier/contracts";
import { recipientOf } from "./address.ts";

/** The `index`th notification of a run, as the body of a request; webhooks go below the URL `webhooks`. */
export function message(channel: Channel, index: number, webhooks = "") {
  const heading = channel === "email" ? "subject" : "title";
  return {
    to: recipientOf(channel, index, webhooks),
    channels: [channel],
    content: { [heading]: `Bench ${index}`, text: `Message ${index} of the bench.` },
  } satisfies NotificationRequest;
}
