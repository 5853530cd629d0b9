import { createHash } from "node:crypto";
import type { Answer, HttpProvider, Reception } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";

const path = /^\/2010-04-01\/Accounts\/(AC[0-9a-fA-F]{32})\/Messages\.json$/;

/** Error codes by what went wrong (https://www.twilio.com/docs/api/errors). */
const errors: Record<number, string> = {
  20003: "Authenticate",
  20403: "Forbidden",
  20404: "The requested resource was not found",
  20429: "Too Many Requests",
  20500: "An internal server error has occurred",
  20503: "Service unavailable",
  21211: "Invalid 'To' Phone Number",
  21602: "Message body is required.",
  21603: "A 'From' phone number is required.",
  21604: "A 'To' phone number is required.",
  21606: "The 'From' phone number provided is not a valid, message-capable Twilio phone number.",
  21610: "Attempt to send to unsubscribed recipient",
  21612: "The message cannot be sent with the current combination of 'To' and 'From' parameters",
  21614: "'To' number is not a valid mobile number",
  21617: "The concatenated message body exceeds the 1600 character limit.",
};
const codes: Record<number, number> = {
  401: 20003,
  403: 20403,
  404: 20404,
  429: 20429,
  500: 20500,
  503: 20503,
};
/** The vendor's numbers that always fail (https://www.twilio.com/docs/iam/test-credentials). */
const magicTo: Record<string, number> = {
  "+15005550001": 21211,
  "+15005550002": 21612,
  "+15005550004": 21610,
  "+15005550009": 21614,
};

/** Twilio's Messages: any auth token will do, and the request is checked as far as the vendor checks it at once. */
export const twilio: HttpProvider = {
  name: "twilio",
  channel: "sms",
  maxBodyBytes: 64 * 1024,
  serves: (requested) => path.test(requested),
  receive({ method, path: requested, headers, body, id }) {
    const account = path.exec(requested)?.[1] ?? "";
    if (method !== "POST") return refused(404, 20404);
    if (!authorizes(headers.authorization, account)) return refused(401, 20003);
    const form = new URLSearchParams(body.toString("utf8"));
    const to = form.get("To") ?? "";
    const text = form.get("Body") ?? "";
    const from = form.get("From");
    const service = form.get("MessagingServiceSid");
    const error = errorIn({ to, text, sender: from ?? service ?? "" });
    if (error !== undefined) return refused(400, error);
    const sid = `SM${createHash("md5").update(id).digest("hex")}`;
    const message = {
      id: sid,
      to: [to],
      subject: text.slice(0, 100),
      args: Object.fromEntries(form),
      content: () => ({ from: from ?? service ?? "", text, headers: [], attachments: [] }),
    };
    return { answer: created({ account, sid, to, from, service, text }), messages: [message] };
  },
  refuse: (status, retryAfterSeconds) =>
    refusal(
      status,
      codes[status] ?? (status >= 500 ? 20500 : 21612),
      retryAfter(retryAfterSeconds),
    ),
};

function authorizes(authorization: string | undefined, account: string): boolean {
  const [, encoded = ""] = /^basic (\S+)$/i.exec(authorization ?? "") ?? [];
  const [user, password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  // An API key (SK…) may stand for the account.
  return (user === account || user?.startsWith("SK") === true) && Boolean(password);
}

function errorIn({ to, text, sender }: { to: string; text: string; sender: string }) {
  if (to === "") return 21604;
  if (magicTo[to] !== undefined) return magicTo[to];
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return 21211;
  if (sender === "") return 21603;
  if (!/^(\+?\d{3,15}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/.test(sender))
    return 21606;
  if (text === "") return 21602;
  return text.length > 1_600 ? 21617 : undefined;
}

type Created = {
  account: string;
  sid: string;
  to: string;
  from: string | null;
  service: string | null;
  text: string;
};

function created({ account, sid, to, from, service, text }: Created): Answer {
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
  const now = new Date().toUTCString().replace("GMT", "+0000");
  const body = {
    sid,
    account_sid: account,
    messaging_service_sid: service,
    to,
    from,
    body: text,
    status: service === null ? "queued" : "accepted",
    direction: "outbound-api",
    num_segments: service === null ? "1" : "0",
    num_media: "0",
    date_created: now,
    date_updated: now,
    date_sent: null,
    error_code: null,
    error_message: null,
    price: null,
    price_unit: "USD",
    api_version: "2010-04-01",
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
  return { status: 201, body };
}

function refused(status: number, code: number): Reception {
  return { answer: refusal(status, code), messages: [] };
}

function refusal(status: number, code: number, headers: Record<string, string> = {}): Answer {
  const more = `https://www.twilio.com/docs/errors/${code}`;
  return { status, headers, body: { code, message: errors[code], more_info: more, status } };
}
