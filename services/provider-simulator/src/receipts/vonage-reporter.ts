import { createHmac, hash, randomUUID } from "node:crypto";
import type { ReceivedMessage } from "../provider.ts";
import type { Fate, Report, Reporter } from "./reporter.ts";

const HOUR_S = 3_600;

/** Webhooks of Vonage's Messages API, one status or message each, to the URL each message names. */
export function createVonageReporter(signatureSecret: string): Reporter {
  return {
    perCallback: 1,
    reports(message, id, fate) {
      const url = message.args?.["webhook_url"];
      if (url === undefined || !URL.canParse(url)) return [];
      return statusesOf(fate).map((status): Report => ({
        url,
        event: { ...common(message, id), ...status },
      }));
    },
    callback(reports, { signing }) {
      const body = JSON.stringify(reports[0]?.event ?? {});
      const now = Math.floor(Date.now() / 1_000);
      const token = jwt(
        {
          iat: signing === "stale" ? now - HOUR_S : now,
          jti: randomUUID(),
          iss: "Vonage",
          payload_hash: hash("sha256", body),
          api_key: "simulator",
        },
        signing === "wrong" ? "another" : signatureSecret,
      );
      return {
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body,
      };
    },
    inbound: ({ from, text }) => ({
      event: {
        channel: "sms",
        message_uuid: randomUUID(),
        to: "447700900001",
        from: from.replace(/^\+/, ""),
        timestamp: new Date().toISOString(),
        message_type: "text",
        text,
      },
    }),
    shown: { VONAGE_WEBHOOK_SIGNATURE_SECRET: signatureSecret },
  };
}

/** RFC 7519 by hand, so that both sides do not share a library's mistakes. */
function jwt(claims: object, secret: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function common({ to, args }: ReceivedMessage, id: string) {
  return {
    channel: "sms",
    message_uuid: id,
    to: to[0]?.replace(/^\+/, "") ?? "",
    from: "447700900001",
    timestamp: new Date().toISOString(),
    client_ref: args?.["client_ref"],
  };
}

function statusesOf(fate: Fate): Record<string, unknown>[] {
  const submitted = { status: "submitted" };
  if (fate !== "bounced") return [submitted, { status: "delivered" }];
  const error = {
    type: "https://developer.vonage.com/api-errors/messages#1190",
    title: "1190",
    detail: "Absent Subscriber Permanent",
    instance: randomUUID(),
  };
  return [submitted, { status: "rejected", error }];
}
