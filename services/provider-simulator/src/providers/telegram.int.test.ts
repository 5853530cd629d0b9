import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";

const token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
const example = {
  chat_id: "5550123",
  text: "Order <b>A-17</b> is on its way &amp; fine",
  parse_mode: "HTML",
};

function send(url: string, body: unknown, o: { token?: string; method?: string } = {}) {
  const headers = { "content-type": "application/json", "x-pulse-delivery": "d1" };
  return fetch(`${url}/bot${o.token ?? token}/${o.method ?? "sendMessage"}`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("telegram", () => {
  it("accepts a message with its id, and keeps what people see", async () => {
    const { url, messages, message } = await startSimulator();
    const answer = await send(url, example);
    const body = (await answer.json()) as { result: { message_id: number } };
    const text = "Order A-17 is on its way & fine";
    expect([answer.status, body]).toMatchObject([
      200,
      { ok: true, result: { chat: { id: 5_550_123, type: "private" }, text } },
    ]);
    const [entry] = await messages();
    expect(entry).toMatchObject({
      provider: "telegram",
      to: ["5550123"],
      subject: text,
      deliveryId: "d1",
      args: { message_id: String(body.result.message_id) },
    });
    expect((await message(entry?.id ?? "")).content).toMatchObject({ text, html: example.text });
  });

  it.each([
    ["a group", -987_654, "group"],
    ["a supergroup", "-1001234567890", "supergroup"],
    ["a channel", "@shopnews", "channel"],
  ])("posts to %s", async (_what, chat_id, type) => {
    const { url } = await startSimulator();
    const answer = await send(url, { ...example, chat_id });
    expect(await answer.json()).toMatchObject({ ok: true, result: { chat: { type } } });
  });

  const parse = (what: string) => `can't parse entities: ${what}`;
  it.each([
    ["no chat", { ...example, chat_id: undefined }, "chat_id is empty"],
    ["a chat that is none", { ...example, chat_id: "shopnews" }, "chat not found"],
    ["no text", { ...example, text: "" }, "message text is empty"],
    ["nothing but tags", { ...example, text: "<b> </b>" }, "message text is empty"],
    ["4,097 characters", { ...example, text: "x".repeat(4_097) }, "message is too long"],
    [
      "an unknown tag",
      { ...example, text: "é <x>" },
      parse('Unsupported start tag "x" at byte offset 3'),
    ],
    [
      "a tag left open",
      { ...example, text: "<b>x" },
      parse('Can\'t find end tag corresponding to start tag "b"'),
    ],
    [
      "tags that cross",
      { ...example, text: "<b><i>x</b></i>" },
      parse('Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ],
    [
      "an end without a start",
      { ...example, text: "x</b>" },
      parse("Unexpected end tag at byte offset 1"),
    ],
    [
      "a bare <",
      { ...example, text: "1 < 2" },
      parse("Can't find end of the tag at byte offset 2"),
    ],
  ])("refuses %s", async (_what, body, what) => {
    const { url, stats } = await startSimulator();
    const answer = await send(url, body);
    const description = `Bad Request: ${what}`;
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { ok: false, error_code: 400, description },
    ]);
    expect((await stats()).accepted).toBe(0);
  });

  it.each([
    ["a token of another form", { token: "x" }, 404],
    ["a token that is no bot's", { token: "110201543:x" }, 401],
    ["another method", { method: "sendTelegram" }, 404],
  ])("refuses %s", async (_what, o, status) => {
    const { url } = await startSimulator();
    const answer = await send(url, example, o);
    expect([answer.status, await answer.json()]).toMatchObject([status, { error_code: status }]);
  });

  it("says in the body when to come back with 429", async () => {
    const { url, behave } = await startSimulator();
    await behave("telegram", { next: [{ status: 429 }, { status: 403 }], retryAfterSeconds: 7 });
    const slow = await send(url, example);
    expect([slow.status, await slow.json()]).toEqual([
      429,
      {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 7",
        parameters: { retry_after: 7 },
      },
    ]);
    expect(await (await send(url, example)).json()).toMatchObject({
      description: "Forbidden: bot was blocked by the user",
    });
  });
});
