import { z } from "zod";
import type { Answer, HttpProvider, Reception, WireRequest } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";
import { slackEntry, slackErrorIn, slackMessage } from "./slack-check.ts";

const request = slackMessage.extend({ channel: z.string().default("") });

/** What Slack answers with a 200 where others would use the status. */
const errors: Record<number, string> = {
  401: "invalid_auth",
  403: "missing_scope",
  404: "channel_not_found",
  413: "msg_too_long",
};

/** Slack's `chat.postMessage`, with JSON or a form: any bot token will do. */
export const slack: HttpProvider = {
  name: "slack",
  channel: "slack",
  maxBodyBytes: 1024 * 1024,
  serves: (path) => path === "/api/chat.postMessage",
  receive(call) {
    const { method, headers, id } = call;
    if (method !== "POST") return refused("invalid_post_type");
    const [, token = ""] = /^bearer (\S+)$/i.exec(headers.authorization ?? "") ?? [];
    if (token === "") return refused("not_authed");
    if (!/^xox[bpe]/.test(token)) return refused("invalid_auth");
    const parsed = request.safeParse(bodyOf(call));
    if (!parsed.success) return refused("invalid_arguments");
    const { channel, ...message } = parsed.data;
    if (!/^([CDGUW][A-Z0-9]+|#[\w-]+)$/.test(channel)) return refused("channel_not_found");
    const error = slackErrorIn(message);
    if (error !== undefined) return refused(error);
    const ts = timestampOf(id);
    const answer = posted({ ts, channel, ...message });
    return { answer, messages: [{ id: ts, to: [channel], ...slackEntry(message) }] };
  },
  refuse(status, retryAfterSeconds) {
    if (status === 429) return refusal("ratelimited", 429, retryAfter(retryAfterSeconds));
    if (status >= 500) return refusal("service_unavailable", status, retryAfter(retryAfterSeconds));
    return refusal(errors[status] ?? "invalid_blocks");
  },
};

/** Undefined for what is neither JSON nor a form; a form carries its blocks as JSON text. */
function bodyOf({ headers, body }: WireRequest): unknown {
  try {
    const text = body.toString("utf8");
    if (headers["content-type"]?.startsWith("application/json")) return JSON.parse(text);
    const { blocks, ...form } = Object.fromEntries(new URLSearchParams(text));
    return { ...form, ...(blocks !== undefined && { blocks: JSON.parse(blocks) as unknown }) };
  } catch {
    return undefined;
  }
}

type Posted = { ts: string; channel: string; text?: string; blocks?: unknown };

function posted({ ts, channel, text = "", blocks }: Posted): Answer {
  const message = {
    type: "message",
    user: "U0SIMULATOR",
    bot_id: "B0SIMULATOR",
    app_id: "A0SIMULATOR",
    team: "T0SIMULATOR",
    ts,
    text,
    ...(blocks !== undefined && { blocks }),
  };
  // A message to a user goes to the direct message with them.
  return {
    status: 200,
    body: { ok: true, channel: channel.replace(/^[UW]/, "D"), ts, message },
  };
}

/** Seconds and microseconds, as `ts` is: the request's number takes the place of the latter, so that none is twice. */
function timestampOf(id: string): string {
  const number = Number.parseInt(id.slice(-7), 36) % 1_000_000;
  return `${Math.floor(Date.now() / 1_000)}.${String(number).padStart(6, "0")}`;
}

function refused(error: string): Reception {
  return { answer: refusal(error), messages: [] };
}

function refusal(error: string, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: { ok: false, error } };
}
