import { createHmac, randomBytes } from "node:crypto";
import type { Fate, Report, Reporter } from "./reporter.ts";

/** Twilio's status callbacks, one form a status, to the URL each message names. */
export function createTwilioReporter(authToken: string): Reporter {
  return {
    perCallback: 1,
    reports({ to, args }, id, fate) {
      const url = args?.["StatusCallback"];
      if (url === undefined || !URL.canParse(url)) return [];
      const common = { MessageSid: id, SmsSid: id, To: to[0] ?? "", From: args?.["From"] ?? "" };
      return statusesOf(fate).map((event): Report => ({ url, event: { ...common, ...event } }));
    },
    callback(reports, { url, signing }) {
      const fields = Object.entries(reports[0]?.event ?? {}).map(
        ([name, value]): [string, string] => [name, String(value)],
      );
      const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
      const token = signing === "valid" ? authToken : "another";
      const signature = createHmac("sha1", token)
        .update(url + sorted.map((field) => field.join("")).join(""))
        .digest("base64");
      return {
        headers: {
          "content-type": "application/x-www-form-urlencoded; charset=utf-8",
          "x-twilio-signature": signature,
        },
        body: new URLSearchParams(fields).toString(),
      };
    },
    inbound({ from, text }) {
      const sid = `SM${randomBytes(16).toString("hex")}`;
      const common = { MessageSid: sid, SmsSid: sid, SmsStatus: "received", NumMedia: "0" };
      return { event: { ...common, From: from, To: "+15005550006", Body: text } };
    },
    shown: { TWILIO_WEBHOOK_AUTH_TOKEN: authToken },
  };
}

function statusesOf(fate: Fate): Record<string, string>[] {
  const sent = { MessageStatus: "sent" };
  return fate === "bounced"
    ? [sent, { MessageStatus: "undelivered", ErrorCode: "30005" }]
    : [sent, { MessageStatus: "delivered" }];
}
