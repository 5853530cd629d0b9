import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, test } from "vitest";
import { readAnswer, telegram } from "./telegram.ts";

testProvider({
  provider: telegram,
  start: () => startProvider("telegram"),
  account: ({ url }) => ({
    TELEGRAM_BOT_TOKEN: "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
    TELEGRAM_BASE_URL: url,
  }),
  message: { address: "5550123", content: { text: "Order <b>A-1</b> is on its way 👋" } },
  behaviours: { ...HTTP_BEHAVIOURS, recipient_gone: { next: [{ status: 403 }] } },
  unreadable: { next: [{ status: 200, body: "<html>" }] },
});

const refusal = (error_code: number, description: string, parameters?: object) =>
  JSON.stringify({ ok: false, error_code, description, ...(parameters && { parameters }) });
const bad = (description: string) => refusal(400, `Bad Request: ${description}`);
const forbidden = (description: string) => refusal(403, `Forbidden: ${description}`);

test.each([
  [200, '{"ok":true,"result":{"message_id":7}}', { kind: "sent", providerMessageId: "7" }],
  [403, forbidden("bot was blocked by the user"), { kind: "recipient_gone" }],
  [403, forbidden("user is deactivated"), { kind: "recipient_gone" }],
  [403, forbidden("bot was kicked from the supergroup chat"), { kind: "recipient_gone" }],
  [403, forbidden("bot can't initiate conversation with a user"), { kind: "recipient_gone" }],
  [400, bad("chat not found"), { kind: "recipient_gone" }],
  [400, bad("PEER_ID_INVALID"), { kind: "recipient_gone" }],
  [400, bad("message is too long"), { kind: "permanent", code: "content_too_large" }],
  [
    400,
    bad('can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    { kind: "permanent", detail: expect.stringContaining('start tag "x"') },
  ],
  [400, bad("not enough rights to send text messages to the chat"), { kind: "permanent" }],
  [401, refusal(401, "Unauthorized"), { kind: "config" }],
  [404, refusal(404, "Not Found"), { kind: "config" }],
  [429, refusal(429, "Too Many Requests", { retry_after: 7 }), { retryAfterMs: 7_000 }],
  [429, "", { kind: "rate_limited" }],
  [500, refusal(500, "Internal Server Error"), { kind: "transient" }],
  [502, "<html>", { kind: "transient", detail: "Telegram answered 502: <html>" }],
] as const)("Telegram's answer %d %s", (status, body, outcome) => {
  expect(readAnswer({ status, headers: {}, body })).toMatchObject(outcome);
});

test("a group that became a supergroup says which", () => {
  const description = "Bad Request: group chat was upgraded to a supergroup chat";
  const body = refusal(400, description, { migrate_to_chat_id: -1_001_234_567_890 });
  expect(readAnswer({ status: 400, headers: {}, body })).toEqual({
    kind: "recipient_gone",
    detail: `Telegram answered 400: ${description}; the chat's id is now -1001234567890`,
  });
});

test.each(["", "<html>", "{}", '{"ok":true}'])("a 200 with %j names no message", (body) => {
  expect(() => readAnswer({ status: 200, headers: {}, body })).toThrow();
});
