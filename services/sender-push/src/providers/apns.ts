import { secret, text, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpFailure,
  type OutgoingMessage,
  type ProviderOutcome,
} from "@pulsecourier/sender";
import { z } from "zod";
import { collapseKey, withdrawal } from "../collapse-key.ts";
import { readPushAddress } from "../push-address.ts";
import { pushData } from "../push-data.ts";
import { URGENCY } from "../urgency.ts";
import { readApnsAnswer } from "./apns-answer.ts";
import { createHttp2Connection, NotProcessed } from "./http2-connection.ts";
import { createProviderToken } from "./provider-token.ts";

const tenCharacters = () => text().regex(/^[A-Z0-9]{10}$/, "expected ten letters and digits");

const env = z.object({
  APNS_PRIVATE_KEY: secret().describe("The team's signing key: the content of its .p8 file"),
  APNS_KEY_ID: tenCharacters().describe("Id of the signing key"),
  APNS_TEAM_ID: tenCharacters().describe("Id of the team at Apple"),
  APNS_TOPIC: text().describe("Bundle id of the app"),
  APNS_BASE_URL: url("https", "http")
    .default("https://api.push.apple.com")
    .describe("APNs; https://api.sandbox.push.apple.com for development builds"),
});

/**
 * Apple Push Notification service over HTTP/2, `POST /3/device/{token}`
 * (https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns). The delivery is
 * its `apns-id` and its `apns-collapse-id`: a repeat takes the place of the one before on the device.
 */
export const apns = defineProvider({
  name: "apns",
  env,
  create: (config, { callTimeoutMs }) => {
    const token = createProviderToken({
      keyId: config.APNS_KEY_ID,
      teamId: config.APNS_TEAM_ID,
      privateKey: config.APNS_PRIVATE_KEY,
    });
    const connectMs = Math.min(5_000, callTimeoutMs);
    const connection = createHttp2Connection({ origin: config.APNS_BASE_URL, connectMs });

    async function post(message: OutgoingMessage, jwt: string, signal: AbortSignal) {
      const request = toApns(message, { jwt, topic: config.APNS_TOPIC });
      try {
        return await connection.post(request, signal);
      } catch (error) {
        // A GOAWAY refuses what came after it: once more, on the connection that follows.
        if (!(error instanceof NotProcessed) || signal.aborted) throw error;
        return connection.post(request, signal);
      }
    }

    return {
      takes: (address) => readPushAddress(address).service === "apns",
      async send(message, { signal }): Promise<ProviderOutcome> {
        const jwt = await token.current().catch(() => null);
        if (jwt === null) return { kind: "config", detail: "the signing key cannot be read" };
        try {
          const outcome = readApnsAnswer(await post(message, jwt, signal));
          if (outcome.kind === "config") token.drop();
          return outcome;
        } catch (error) {
          if (error instanceof NotProcessed) return { kind: "transient", detail: error.message };
          return httpFailure(error);
        }
      },
      close: () => connection.close(),
    };
  },
});

/** What wakes the app and shows nothing; with any other priority APNs refuses it. */
const BACKGROUND = { "apns-push-type": "background", "apns-priority": "5" };

function toApns(
  { address, content, delivery }: OutgoingMessage,
  { jwt, topic }: { jwt: string; topic: string },
) {
  const { id, lane, expiresAt } = delivery;
  const data = pushData(content);
  const alert = { title: content["title"], body: content["body"] };
  const silent = withdrawal(delivery);
  const body =
    silent === null
      ? { aps: { alert, sound: "default" }, ...(data !== null && { data }) }
      : { aps: { "content-available": 1 }, ...silent };
  return {
    headers: {
      ":path": `/3/device/${readPushAddress(address).token}`,
      authorization: `bearer ${jwt}`,
      "apns-id": id,
      "apns-topic": topic,
      ...(silent === null
        ? {
            "apns-push-type": "alert",
            "apns-priority": URGENCY[lane].apns,
            "apns-collapse-id": collapseKey(delivery),
          }
        : BACKGROUND),
      ...(expiresAt !== undefined && { "apns-expiration": Math.floor(expiresAt / 1_000) }),
    },
    body: JSON.stringify(body),
  };
}
