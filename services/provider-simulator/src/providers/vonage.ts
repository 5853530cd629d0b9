import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { type Answer, type HttpProvider, refused } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";

// The fields of an SMS as https://developer.vonage.com/en/api/messages describes them.
const sms = z.object({
  channel: z.literal("sms"),
  message_type: z.literal("text"),
  to: z.string().regex(/^[1-9]\d{6,14}$/),
  from: z.string().regex(/^(\d{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,15})$/),
  text: z.string().min(1),
  client_ref: z.string().max(100).optional(),
  webhook_url: z.url().max(2_048).optional(),
  webhook_version: z.enum(["v0.1", "v1"]).optional(),
});

const docs = "https://developer.vonage.com/api-errors";
const badCredentials = {
  type: `${docs}#unauthorized`,
  title: "You did not provide correct credentials.",
  detail:
    "Check that you're using the correct credentials, and that your account has this feature enabled",
};
const problems: Record<number, { type: string; title: string; detail: string }> = {
  401: badCredentials,
  402: {
    type: `${docs}/messages#1070`,
    title: "Partner quota exceeded",
    detail: "Your pre-paid account does not have sufficient credit to process this message.",
  },
  404: {
    type: `${docs}#not-found`,
    title: "Not found",
    detail: "The requested resource does not exist, or you do not have access to it",
  },
  429: {
    type: `${docs}/messages#1000`,
    title: "Throttled",
    detail:
      "You have exceeded the submission capacity allowed on this account. Please wait and retry",
  },
};
const invalid = {
  type: `${docs}/messages#1020`,
  title: "Invalid params",
  detail: "The value of one or more parameters is invalid.",
};
const internal = {
  type: `${docs}/messages#1030`,
  title: "Internal error",
  detail: "There was an error processing your request in the Platform.",
};

/** Vonage's Messages API for SMS, `POST /v1/messages`: any credentials will do. */
export const vonage: HttpProvider = {
  name: "vonage",
  channel: "sms",
  maxBodyBytes: 256 * 1024,
  serves: (path) => path === "/v1/messages",
  receive({ method, headers, body, id }) {
    if (method !== "POST") return refused(refuse(404));
    if (!/^(basic|bearer) \S+$/i.test(headers.authorization ?? "")) return refused(refuse(401));
    const message = parse(body);
    if ("parameters" in message) {
      return refused(problem(422, { ...invalid, invalid_parameters: message.parameters }));
    }
    const { to, from, text, client_ref: deliveryId, webhook_url } = message;
    const uuid = uuidOf(id);
    return {
      answer: { status: 202, body: { message_uuid: uuid } },
      messages: [
        {
          id: uuid,
          to: [`+${to}`],
          subject: text.slice(0, 100),
          ...(deliveryId !== undefined && { deliveryId }),
          args: {
            ...(deliveryId !== undefined && { client_ref: deliveryId }),
            ...(webhook_url !== undefined && { webhook_url }),
          },
          content: () => ({ from, text, headers: [], attachments: [] }),
        },
      ],
    };
  },
  refuse,
};

function parse(body: Buffer) {
  try {
    const parsed = sms.safeParse(JSON.parse(body.toString("utf8")));
    if (parsed.success) return parsed.data;
    const parameters = parsed.error.issues.map(({ path, message }) => ({
      name: path.join("."),
      reason: message,
    }));
    return { parameters };
  } catch {
    return { parameters: [] };
  }
}

function refuse(status: number, retryAfterSeconds?: number): Answer {
  const usual = problems[status] ?? (status >= 500 ? internal : invalid);
  return problem(status, usual, retryAfter(retryAfterSeconds));
}

function problem(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: { ...body, instance: randomUUID() },
  };
}

function uuidOf(id: string): string {
  const hex = createHash("md5").update(id).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
