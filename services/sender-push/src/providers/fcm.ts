import { secret, url } from "@pulsecourier/runtime";
import { defineProvider, httpAccount, type OutgoingMessage } from "@pulsecourier/sender";
import { z } from "zod";
import { collapseKey, withdrawal } from "../collapse-key.ts";
import { readPushAddress } from "../push-address.ts";
import { pushData } from "../push-data.ts";
import { secondsLeft, URGENCY } from "../urgency.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { readFcmAnswer } from "./fcm-answer.ts";

const KeyFile = z.object({
  project_id: z.string().regex(/^[a-z][a-z0-9-]{4,30}$/),
  client_email: z.string().min(1),
  private_key: z.string().startsWith("-----BEGIN PRIVATE KEY-----"),
  token_uri: z.url({ protocol: /^https?$/ }).default("https://oauth2.googleapis.com/token"),
});

const env = z.object({
  FCM_SERVICE_ACCOUNT: secret()
    .transform(readKeyFile)
    .pipe(KeyFile)
    .meta({ secret: true })
    .describe(
      "The JSON of a service account's key file, with the role Firebase Cloud Messaging API Admin",
    ),
  FCM_BASE_URL: url("https", "http")
    .default("https://fcm.googleapis.com")
    .describe("Firebase Cloud Messaging's API"),
  FCM_TOKEN_URL: url("https", "http")
    .optional()
    .describe("Where access tokens come from, instead of the key file's `token_uri`"),
});

/**
 * Firebase Cloud Messaging, `POST /v1/projects/{id}/messages:send`
 * (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages). A repeat of a delivery takes the place
 * of the one before on the device.
 */
export const fcm = defineProvider({
  name: "fcm",
  env,
  create: (config, deps) => {
    const key = config.FCM_SERVICE_ACCOUNT;
    const tokens = createAccessTokens(
      {
        clientEmail: key.client_email,
        privateKey: key.private_key,
        tokenUrl: config.FCM_TOKEN_URL ?? key.token_uri,
      },
      deps,
    );
    const account = httpAccount({
      baseUrl: config.FCM_BASE_URL,
      deps,
      request: (message) => ({
        path: `/v1/projects/${key.project_id}/messages:send`,
        headers: {
          authorization: `Bearer ${tokens.current()}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ message: toFcm(message) }),
      }),
      read: (answer) => {
        if (answer.status === 401) tokens.drop();
        return readFcmAnswer(answer);
      },
    });
    return {
      takes: (address) => readPushAddress(address).service === "fcm",
      async send(message, context) {
        const refusal = await tokens.ready();
        if (refusal !== null) return refusal;
        if (context.signal.aborted)
          return { kind: "transient", detail: "the access token came late" };
        return account.send(message, context);
      },
      async close() {
        await Promise.all([account.close?.(), tokens.close()]);
      },
    };
  },
});

function toFcm({ address, content, delivery }: OutgoingMessage) {
  const { lane, expiresAt } = delivery;
  const key = collapseKey(delivery);
  const silent = withdrawal(delivery);
  if (silent !== null) return withdrawing(readPushAddress(address).token, silent);
  const data = pushData(content);
  const left = secondsLeft(expiresAt);
  const { fcm: priority, apns } = URGENCY[lane];
  return {
    token: readPushAddress(address).token,
    notification: { title: content["title"], body: content["body"] },
    ...(data !== null && { data: withTextValues(data) }),
    android: {
      priority,
      notification: { tag: key },
      ...(left !== null && { ttl: `${left}s` }),
    },
    // Tokens of iOS apps that use Firebase.
    apns: {
      headers: {
        "apns-priority": apns,
        "apns-collapse-id": key,
        ...(expiresAt !== undefined && {
          "apns-expiration": String(Math.floor(expiresAt / 1_000)),
        }),
      },
    },
  };
}

/** Data alone, for the app in the background: on iOS that has a priority and a type of its own. */
function withdrawing(token: string, data: { withdrawn: string }) {
  return {
    token,
    data,
    android: { priority: "HIGH" },
    apns: {
      headers: { "apns-priority": "5", "apns-push-type": "background" },
      payload: { aps: { "content-available": 1 } },
    },
  };
}

/** FCM's `data` has text for values; whatever else there is becomes JSON. */
function withTextValues(data: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(data).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}

function readKeyFile(text: string, context: z.core.$RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "expected the JSON of a key file" });
    return z.NEVER;
  }
}
