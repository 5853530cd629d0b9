import { createHmac, randomBytes } from "node:crypto";
import type { ReceivedMessage } from "../provider.ts";
import type { Fate, Report, Reporter } from "./reporter.ts";

const METADATA = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };

/**
 * Meta's webhooks of the WhatsApp Cloud API: statuses and messages, after a GET that checks the URL.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
 */
export function createWhatsappReporter(o: { appSecret: string; verifyToken: string }): Reporter {
  const { appSecret, verifyToken } = o;
  const checked = new Set<string>();
  return {
    perCallback: 100,
    reports: (message, id, fate) =>
      statusesOf(fate).map((status): Report => ({ event: { ...common(message, id), ...status } })),
    callback(reports, { signing }) {
      const body = JSON.stringify(payload(reports.map(({ event }) => event)));
      const key = signing === "wrong" ? "another" : appSecret;
      const signature = createHmac("sha256", key).update(body).digest("hex");
      return {
        headers: {
          "content-type": "application/json",
          "user-agent": "facebookexternalua",
          "x-hub-signature-256": `sha256=${signature}`,
        },
        body,
      };
    },
    async subscribe(url, signal) {
      if (checked.has(url)) return true;
      const challenge = String(randomBytes(4).readUInt32BE());
      const check = new URL(url);
      check.searchParams.set("hub.mode", "subscribe");
      check.searchParams.set("hub.verify_token", verifyToken);
      check.searchParams.set("hub.challenge", challenge);
      const answer = await fetch(check, { signal, redirect: "manual" }).catch(() => null);
      const echoed = answer?.status === 200 && (await answer.text()) === challenge;
      if (echoed) checked.add(url);
      return echoed;
    },
    inbound: ({ from, text }) => ({
      event: {
        from: from.replace(/^\+/, ""),
        id: `wamid.${randomBytes(16).toString("base64url")}`,
        timestamp: nowSeconds(),
        type: "text",
        text: { body: text },
      },
    }),
    shown: {
      WHATSAPP_WEBHOOK_APP_SECRET: appSecret,
      WHATSAPP_WEBHOOK_VERIFY_TOKEN: verifyToken,
    },
  };
}

const nowSeconds = () => String(Math.floor(Date.now() / 1_000));

function common({ to, args }: ReceivedMessage, id: string) {
  const data = args?.["biz_opaque_callback_data"];
  return {
    id,
    timestamp: nowSeconds(),
    recipient_id: to[0]?.replace(/^\+/, "") ?? "",
    ...(data !== undefined && { biz_opaque_callback_data: data }),
  };
}

function statusesOf(fate: Fate): Record<string, unknown>[] {
  const sent = { status: "sent" };
  const delivered = { status: "delivered" };
  switch (fate) {
    case "delivered":
      return [sent, delivered];
    case "opened":
      return [sent, delivered, { status: "read" }];
    case "complained":
      // Nobody complains to us at WhatsApp: they opt out, which the next message is refused for.
      return [sent, failed(131050, "User has stopped receipt of marketing messages")];
    case "bounced":
      return [sent, failed(131026, "Message undeliverable")];
  }
}

function failed(code: number, title: string) {
  const error = { code, title, message: title, error_data: { details: `${title}.` } };
  return { status: "failed", errors: [error] };
}

/** Messages and statuses come in changes of their own. */
function payload(events: Record<string, unknown>[]): object {
  const { messages = [], statuses = [] } = Object.groupBy(events, (event) =>
    "status" in event ? "statuses" : "messages",
  );
  const values = [
    ...(statuses.length > 0 ? [{ statuses }] : []),
    ...(messages.length > 0
      ? [{ contacts: [{ profile: { name: "Ada" }, wa_id: messages[0]?.["from"] }], messages }]
      : []),
  ];
  return {
    object: "whatsapp_business_account",
    entry: [
      {
        id: "419561257915477",
        changes: values.map((value) => ({
          field: "messages",
          value: { messaging_product: "whatsapp", metadata: METADATA, ...value },
        })),
      },
    ],
  };
}
