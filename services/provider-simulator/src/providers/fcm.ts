import { z } from "zod";
import { jsonOf } from "../json-of.ts";
import { type Answer, type HttpProvider, refused } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";
import { accepts, grant, TOKEN_PATH } from "./fcm-tokens.ts";

const path = /^\/v1\/projects\/([a-z][a-z0-9-]*)\/messages:send$/;

// The fields of a message as https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages describes them.
const texts = z.record(z.string(), z.string());
const notification = z.strictObject({
  title: z.string().optional(),
  body: z.string().optional(),
  image: z.string().optional(),
});
const request = z.strictObject({
  validate_only: z.boolean().optional(),
  message: z.strictObject({
    token: z.string(),
    notification: notification.optional(),
    data: texts
      .refine((data) => !Object.keys(data).some((key) => RESERVED.test(key)), "Invalid data key")
      .optional(),
    android: z
      .strictObject({
        collapse_key: z.string().optional(),
        priority: z.enum(["NORMAL", "HIGH"]).optional(),
        ttl: z
          .string()
          .regex(/^\d+(\.\d{1,9})?s$/)
          .optional(),
        notification: z.looseObject({ tag: z.string().optional() }).optional(),
      })
      .optional(),
    apns: z
      .strictObject({ headers: texts.optional(), payload: z.looseObject({}).optional() })
      .optional(),
  }),
});
/** Keys that `data` may not have. */
const RESERVED = /^(?:from|notification|message_type|google\..*|gcm\..*)$/;
const MAX_PAYLOAD = 4_096;

/** google.rpc.Code and FcmError's code by HTTP status. */
const errors: Record<number, [status: string, code: string, message: string]> = {
  400: ["INVALID_ARGUMENT", "INVALID_ARGUMENT", "Request contains an invalid argument."],
  401: [
    "UNAUTHENTICATED",
    "THIRD_PARTY_AUTH_ERROR",
    "Request is missing required authentication credential.",
  ],
  403: ["PERMISSION_DENIED", "SENDER_ID_MISMATCH", "SenderId mismatch"],
  404: ["NOT_FOUND", "UNREGISTERED", "Requested entity was not found."],
  429: ["RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Quota exceeded for quota metric."],
  500: ["INTERNAL", "INTERNAL", "Internal error encountered."],
  503: ["UNAVAILABLE", "UNAVAILABLE", "The service is currently unavailable."],
};

/** Firebase Cloud Messaging's send and the token endpoint before it: any service account will do. */
export const fcm: HttpProvider = {
  name: "fcm",
  channel: "push",
  maxBodyBytes: 64 * 1024,
  serves: (requested) => requested === TOKEN_PATH || path.test(requested),
  receive({ method, path: requested, headers, body, id }) {
    if (requested === TOKEN_PATH) return { answer: grant(body.toString("utf8")), messages: [] };
    if (method !== "POST") return refused(refuse(404));
    if (!accepts(headers.authorization)) return refused(refuse(401));
    const parsed = request.safeParse(jsonOf(body));
    if (!parsed.success) return refused(badRequest(parsed.error));
    const { token, notification: shown = {}, data = {}, android, apns } = parsed.data.message;
    if (!/^[\w:-]{20,4096}$/.test(token)) return refused(noToken);
    if (Buffer.byteLength(JSON.stringify({ shown, data })) > MAX_PAYLOAD) return refused(tooBig);
    const [, project = ""] = path.exec(requested) ?? [];
    const name = `projects/${project}/messages/${id}`;
    const { title = "", body: text = "" } = shown;
    const content = () => ({
      text,
      headers: Object.entries({ ...data, ...apns?.headers }).map(([key, value]) => ({
        name: key,
        value,
      })),
      attachments: [],
    });
    const message = {
      to: [token],
      subject: title,
      args: { ...(android?.priority !== undefined && { priority: android.priority }) },
      content,
    };
    return { answer: { status: 200, body: { name } }, messages: [message] };
  },
  refuse,
};

function refuse(status: number, retryAfterSeconds?: number): Answer {
  const [, code = "INTERNAL", message = ""] = errors[status] ?? errors[500] ?? [];
  return error(status, { message, details: [fcmError(code)] }, retryAfter(retryAfterSeconds));
}

const noToken = error(400, {
  message: "The registration token is not a valid FCM registration token",
  details: [fcmError("INVALID_ARGUMENT")],
});
const tooBig = error(400, {
  message: "Android message is too big",
  details: [
    fcmError("INVALID_ARGUMENT"),
    violations([{ field: "message.android", description: "Android message is too big" }]),
  ],
});

function badRequest({ issues }: z.ZodError): Answer {
  const fields = issues.map(({ path: at, message }) => ({
    field: at.join("."),
    description: message,
  }));
  const message = "Invalid JSON payload received.";
  return error(400, { message, details: [violations(fields)] });
}

function error(
  code: number,
  { message, details }: { message: string; details: object[] },
  headers: Record<string, string> = {},
): Answer {
  const status = errors[code]?.[0] ?? "UNKNOWN";
  return { status: code, headers, body: { error: { code, message, status, details } } };
}

function fcmError(errorCode: string) {
  return { "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", errorCode };
}

function violations(fieldViolations: { field: string; description: string }[]) {
  return { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations };
}
