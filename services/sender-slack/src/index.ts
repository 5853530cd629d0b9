import { consoleProvider, defineSender } from "@pulsecourier/sender";
import { checkAddress } from "./check-address.ts";
import { slackWebhook } from "./providers/slack-webhook.ts";
import { slack } from "./providers/slack.ts";

/** Sends Slack messages through the accounts that `SLACK_PROVIDERS` lists. */
export const senderSlack = defineSender({
  channel: "slack",
  defaultPort: 8089,
  providers: [slack, slackWebhook, consoleProvider],
  checkAddress,
});
