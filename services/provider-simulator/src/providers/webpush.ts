import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { jsonOf } from "../json-of.ts";
import { type Answer, type HttpProvider, refused } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";
import { decryptPush } from "./webpush-browser.ts";
import { vapidProblem } from "./webpush-vapid.ts";

/** Below it every path is a subscription. */
const PREFIX = "/webpush/";
/** Subscriptions of the simulator's own browser: what they get must be readable. */
const OWN = `${PREFIX}simulator/`;
/** RFC 8030 §7.2: push services take at least this much. */
const MAX_BODY = 4_096;

// RFC 8030 §5, RFC 8188 §2.1.
const headersOf = z.looseObject({
  ttl: z.stringFormat("seconds", /^\d+$/),
  urgency: z.enum(["very-low", "low", "normal", "high"]).optional(),
  topic: z.stringFormat("topic", /^[\w-]{1,32}$/).optional(),
  "content-encoding": z.literal("aes128gcm"),
});
const notification = z.object({ title: z.string(), body: z.string().default("") });

/** A push service and, for subscriptions of its own, the browser behind it, which decrypts what it gets. */
export const webpush: HttpProvider = {
  name: "webpush",
  channel: "push",
  maxBodyBytes: MAX_BODY,
  serves: (path) => path.startsWith(PREFIX),
  receive({ method, path, headers, body, id }) {
    if (method !== "POST") return refused(refuse(404));
    const problem = vapidProblem(headers.authorization);
    if (problem !== null) return refused(refuse(401, undefined, problem));
    const wanted = headersOf.safeParse(headers);
    if (!wanted.success) return refused(refuse(400, undefined, z.prettifyError(wanted.error)));
    const shown = show(path, body);
    if (shown === null) return refused(refuse(400, undefined, "the browser cannot decrypt it"));
    const location = `https://${headers.host ?? "push"}/m/${id}`;
    const { topic, urgency = "normal" } = wanted.data;
    const deliveryId = deliveryOf(topic);
    const message = {
      to: [path.slice(PREFIX.length)],
      subject: shown.title,
      args: { urgency },
      ...(deliveryId !== null && { deliveryId }),
      content: () => ({ text: shown.body, headers: pushHeaders(headers), attachments: [] }),
    };
    return { answer: { status: 201, headers: { location } }, messages: [message] };
  },
  refuse: (status, seconds) => refuse(status, seconds),
};

/** What the browser shows; null when it should be able to read it and cannot. */
function show(path: string, body: Buffer): z.infer<typeof notification> | null {
  const text = decryptPush(body);
  if (text === null)
    return path.startsWith(OWN)
      ? null
      : { title: `(${body.length} encrypted bytes)`, body: "Only the browser can read it." };
  const parsed = notification.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : { title: text.slice(0, 100), body: text };
}

/** A topic that is a delivery's id without its dashes. */
function deliveryOf(topic: string | undefined): string | null {
  const [, ...parts] = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(topic ?? "") ?? [];
  return parts.length === 0 ? null : parts.join("-");
}

function pushHeaders(headers: IncomingHttpHeaders) {
  return ["ttl", "urgency", "topic", "content-encoding"].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [{ name, value: String(value) }];
  });
}

function refuse(status: number, seconds?: number, why = "refused as scripted"): Answer {
  return { status, headers: retryAfter(seconds), body: { code: status, message: why } };
}
