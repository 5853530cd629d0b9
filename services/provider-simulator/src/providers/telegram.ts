import { z } from "zod";
import { jsonOf } from "../json-of.ts";
import type { Answer, HttpProvider, Reception } from "../provider.ts";
import { parseTelegramHtml } from "./telegram-html.ts";

const path = /^\/bot([^/]+)\/(\w+)$/;
const MAX_CHARACTERS = 4_096;

const request = z.object({
  chat_id: z.union([z.string(), z.int()]).transform(String).default(""),
  text: z.string().default(""),
  parse_mode: z.string().optional(),
});

/** Descriptions by status, as https://github.com/tdlib/telegram-bot-api words them. */
const descriptions: Record<number, string> = {
  400: "Bad Request: message text is empty",
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  404: "Not Found",
  413: "Request Entity Too Large",
  502: "Bad Gateway",
};

/** Telegram's `sendMessage`: every token of the right form is a bot's. */
export const telegram: HttpProvider = {
  name: "telegram",
  channel: "telegram",
  maxBodyBytes: 256 * 1024,
  serves: (requested) => path.test(requested),
  receive({ path: requested, body, id }) {
    const [, token = "", method = ""] = path.exec(requested) ?? [];
    if (!token.includes(":")) return refused(404, "Not Found");
    if (!/^\d{5,}:[\w-]{8,}$/.test(token)) return refused(401, "Unauthorized");
    if (method.toLowerCase() !== "sendmessage") return refused(404, "Not Found: method not found");
    const parsed = request.safeParse(jsonOf(body));
    if (!parsed.success) return refused(400, "Bad Request: message text is empty");
    const { chat_id: chat, text: source, parse_mode: mode } = parsed.data;
    if (chat === "") return refused(400, "Bad Request: chat_id is empty");
    if (!/^(-?\d+|@\w{4,})$/.test(chat)) return refused(400, "Bad Request: chat not found");
    const read = mode?.toLowerCase() === "html" ? parseTelegramHtml(source) : { text: source };
    if ("error" in read) return refused(400, `Bad Request: can't parse entities: ${read.error}`);
    const text = read.text.trim();
    if (text === "") return refused(400, "Bad Request: message text is empty");
    if (Array.from(text).length > MAX_CHARACTERS)
      return refused(400, "Bad Request: message is too long");
    const messageId = Number.parseInt(id.slice(-7), 36) + 1;
    const message = {
      to: [chat],
      subject: text.slice(0, 100),
      args: { message_id: String(messageId) },
      content: () => ({ text, html: source, headers: [], attachments: [] }),
    };
    return {
      answer: sent({ bot: token.split(":")[0], chat, messageId, text }),
      messages: [message],
    };
  },
  refuse(status, retryAfterSeconds) {
    if (status !== 429) return refusal(status, descriptions[status] ?? "Internal Server Error");
    const seconds = retryAfterSeconds ?? 1;
    const parameters = { retry_after: seconds };
    return refusal(429, `Too Many Requests: retry after ${seconds}`, parameters);
  },
};

type Sent = { bot: string | undefined; chat: string; messageId: number; text: string };

function sent({ bot, chat, messageId, text }: Sent): Answer {
  const result = {
    message_id: messageId,
    from: { id: Number(bot), is_bot: true, first_name: "Simulator", username: "simulator_bot" },
    chat: chatOf(chat),
    date: Math.floor(Date.now() / 1_000),
    text,
  };
  return { status: 200, body: { ok: true, result } };
}

function chatOf(chat: string): object {
  if (chat.startsWith("@"))
    return { id: -1_000_000_000_001, type: "channel", title: chat, username: chat.slice(1) };
  const id = Number(chat);
  return id < 0
    ? { id, type: chat.startsWith("-100") ? "supergroup" : "group", title: "Group" }
    : { id, type: "private", first_name: "Recipient" };
}

function refused(status: number, description: string): Reception {
  return { answer: refusal(status, description), messages: [] };
}

function refusal(status: number, description: string, parameters?: object): Answer {
  const body = { ok: false, error_code: status, description };
  return { status, body: { ...body, ...(parameters && { parameters }) } };
}
