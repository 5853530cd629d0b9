import { z } from "zod";
import { jsonOf } from "../json-of.ts";
import { createHttp2Server } from "../http2-server.ts";
import { type Answer, type HttpProvider, type ServerProvider, refused } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";

const path = /^\/3\/device\/([0-9a-fA-F]+)$/;
const MAX_PAYLOAD = 4_096;

// https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
const headersOf = z.looseObject({
  "apns-id": z.guid(),
  "apns-topic": z.string().min(1),
  "apns-push-type": z.enum(["alert", "background"]),
  "apns-priority": z.enum(["10", "5", "1"]),
  "apns-expiration": z.stringFormat("epoch", /^\d+$/).optional(),
  "apns-collapse-id": z.string().max(64).optional(),
});
const alert = z.looseObject({ title: z.string().optional(), body: z.string().optional() });
const payload = z.looseObject({
  aps: z.union([
    z.looseObject({ alert }),
    z.looseObject({ "content-available": z.literal(1), alert: z.undefined() }),
  ]),
});
/** What is wrong where a header is. */
const HEADER_REASONS: Record<string, string> = {
  "apns-id": "BadMessageId",
  "apns-topic": "MissingTopic",
  "apns-push-type": "InvalidPushType",
  "apns-priority": "BadPriority",
  "apns-expiration": "BadExpirationDate",
  "apns-collapse-id": "BadCollapseId",
};
const REASONS: Record<number, string> = {
  400: "BadMessageId",
  403: "InvalidProviderToken",
  404: "BadPath",
  405: "MethodNotAllowed",
  410: "Unregistered",
  413: "PayloadTooLarge",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

const requests: HttpProvider = {
  name: "apns",
  channel: "push",
  maxBodyBytes: 64 * 1024,
  serves: () => true,
  receive({ method, path: requested, headers, body }) {
    const [, token = ""] = path.exec(requested) ?? [];
    if (token === "") return refused(refuse(404));
    if (method !== "POST") return refused(refuse(405));
    const problem = tokenProblem(headers.authorization);
    if (problem !== null) return refused(refusal(403, problem));
    if (!/^(?:[0-9a-fA-F]{2}){32,100}$/.test(token)) return refused(refusal(400, "BadDeviceToken"));
    const wanted = headersOf.safeParse(headers);
    if (!wanted.success) {
      const header = String(wanted.error.issues[0]?.path[0]);
      return refused(refusal(400, HEADER_REASONS[header] ?? "BadMessageId"));
    }
    if (body.length > MAX_PAYLOAD) return refused(refuse(413));
    const parsed = payload.safeParse(jsonOf(body));
    if (!parsed.success) return refused(refusal(400, "PayloadEmpty"));
    const { "apns-id": id, "apns-topic": from, "apns-priority": priority } = wanted.data;
    const { title = "", body: text = "" } = parsed.data.aps.alert ?? {};
    const shown = Object.entries(headers).filter(([name]) => name.startsWith("apns-"));
    const message = {
      id,
      to: [token],
      subject: title,
      deliveryId: id,
      args: { priority },
      content: () => ({
        from,
        text,
        headers: shown.map(([name, value]) => ({ name, value: String(value) })),
        attachments: [],
      }),
    };
    return { answer: { status: 200, headers: { "apns-id": id } }, messages: [message] };
  },
  refuse,
};

/** Apple Push Notification service over HTTP/2 without TLS: any signing key will do. */
export const apns: ServerProvider = {
  name: "apns",
  channel: "push",
  createServer: ({ host, port, ...context }) =>
    createHttp2Server([requests], context, { host, port }),
};

const tokenHeader = z.object({ alg: z.literal("ES256"), kid: z.string().length(10) });
const tokenClaims = z.object({ iss: z.string().length(10), iat: z.number() });
const HOUR = 3_600;

/** Why a provider token is refused. Its signature is not verified: nobody has told us the public keys of teams. */
function tokenProblem(authorization: string | undefined): string | null {
  const [, head, claims, signature = ""] =
    /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? "") ?? [];
  if (head === undefined) return "MissingProviderToken";
  const parsed = tokenClaims.safeParse(jsonOf(Buffer.from(claims ?? "", "base64url")));
  const known = tokenHeader.safeParse(jsonOf(Buffer.from(head, "base64url"))).success;
  // ES256 signatures are 64 bytes (RFC 7518 §3.4).
  const signed = Buffer.from(signature, "base64url").length === 64;
  if (!parsed.success || !known || !signed) return "InvalidProviderToken";
  const age = Date.now() / 1_000 - parsed.data.iat;
  return age > HOUR ? "ExpiredProviderToken" : null;
}

function refuse(status: number, retryAfterSeconds?: number): Answer {
  return refusal(status, REASONS[status] ?? "InternalServerError", retryAfterSeconds);
}

function refusal(status: number, reason: string, retryAfterSeconds?: number): Answer {
  const gone = status === 410 ? { timestamp: Date.now() } : {};
  return { status, headers: retryAfter(retryAfterSeconds), body: { reason, ...gone } };
}
