import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";

const example = { channel: "C0123ABCDEF", text: "Order *A-17* is on its way" };
const json = { authorization: "Bearer xoxb-1", "content-type": "application/json; charset=utf-8" };

function send(url: string, body: unknown, headers: Record<string, string> = json) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${url}/api/chat.postMessage`, { method: "POST", headers, body: text });
}

describe("slack", () => {
  it("accepts a message with its ts, and keeps what it said", async () => {
    const { url, messages, message } = await startSimulator();
    const answer = await send(url, example, { ...json, "x-pulse-delivery": "d1" });
    const body = (await answer.json()) as { ts: string };
    expect([answer.status, body]).toMatchObject([
      200,
      {
        ok: true,
        channel: "C0123ABCDEF",
        ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
        message: { type: "message", text: example.text, ts: body.ts },
      },
    ]);
    expect(await messages()).toMatchObject([
      { id: body.ts, provider: "slack", to: ["C0123ABCDEF"], deliveryId: "d1", accepted: true },
    ]);
    expect((await message(body.ts)).content).toMatchObject({ text: example.text });
    const second = (await (await send(url, example)).json()) as { ts: string };
    expect(second.ts).not.toBe(body.ts);
  });

  it("takes a form, too, and opens a conversation with a user", async () => {
    const { url } = await startSimulator();
    const form = { channel: "U024BE7LH", text: "Hi", blocks: '[{"type":"divider"}]' };
    const headers = { ...json, "content-type": "application/x-www-form-urlencoded" };
    const answer = await send(url, new URLSearchParams(form).toString(), headers);
    expect(await answer.json()).toMatchObject({ ok: true, channel: "D024BE7LH" });
  });

  const blocks = (count: number) => Array.from({ length: count }, () => ({ type: "divider" }));
  const section = (text: unknown) => [{ type: "section", text }];
  const long = { type: "mrkdwn", text: "x".repeat(3_001) };
  it.each([
    ["no token", example, { ...json, authorization: "" }, "not_authed"],
    ["a token that is none", example, { ...json, authorization: "Bearer x" }, "invalid_auth"],
    ["what is no JSON", "{", json, "invalid_arguments"],
    ["no channel", { text: "x" }, json, "channel_not_found"],
    ["no text", { channel: "C0123ABCDEF", text: "" }, json, "no_text"],
    ["40,001 characters", { ...example, text: "x".repeat(40_001) }, json, "msg_too_long"],
    ["51 blocks", { ...example, blocks: blocks(51) }, json, "invalid_blocks"],
    ["an unknown block", { ...example, blocks: [{ type: "x" }] }, json, "invalid_blocks"],
    ["an empty section", { ...example, blocks: section(undefined) }, json, "invalid_blocks"],
    ["a long section", { ...example, blocks: section(long) }, json, "invalid_blocks"],
  ])("refuses %s with a 200 and its code", async (_what, body, headers, error) => {
    const { url, stats } = await startSimulator();
    const answer = await send(url, body, headers);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: false, error }]);
    expect((await stats()).accepted).toBe(0);
  });

  it("says when to come back with a 429, and refuses as scripted with a 200", async () => {
    const { url, behave, stats } = await startSimulator();
    const archived = { ok: false, error: "is_archived" };
    await behave("slack", {
      next: [{ status: 429 }, { status: 401 }, { status: 404, body: archived }],
      retryAfterSeconds: 7,
    });
    const slow = await send(url, example);
    expect([slow.status, slow.headers.get("retry-after"), await slow.json()]).toEqual([
      429,
      "7",
      { ok: false, error: "ratelimited" },
    ]);
    expect(await (await send(url, example)).json()).toEqual({ ok: false, error: "invalid_auth" });
    const gone = await send(url, example);
    expect([gone.status, await gone.json()]).toEqual([200, archived]);
    expect(await stats()).toMatchObject({
      accepted: 0,
      providers: { slack: { statuses: { 200: 2, 429: 1 } } },
    });
  });
});

describe("slack-webhook", () => {
  const post = (url: string, body: unknown, path = "/services/T0123/B0123/secret") =>
    fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });

  it("answers ok, as text", async () => {
    const { url, messages } = await startSimulator();
    const answer = await post(url, { text: "Hi" });
    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
    expect(await messages()).toMatchObject([
      { provider: "slack-webhook", to: ["B0123"], subject: "Hi", accepted: true },
    ]);
  });

  it.each([
    ["a payload that is none", "Hi", "invalid_payload"],
    ["no text", {}, "no_text"],
    ["unknown blocks", { text: "Hi", blocks: [{}] }, "invalid_blocks"],
  ])("refuses %s", async (_what, body, error) => {
    const { url } = await startSimulator();
    const answer = await post(url, body);
    expect([answer.status, await answer.text()]).toEqual([400, error]);
  });

  it.each([
    [403, "action_prohibited"],
    [404, "no_service"],
    [410, "channel_is_archived"],
    [500, "rollup_error"],
  ])("refuses as scripted with %d", async (status, error) => {
    const { url, behave } = await startSimulator();
    await behave("slack-webhook", { next: [{ status }] });
    const answer = await post(url, { text: "Hi" });
    expect([answer.status, await answer.text()]).toEqual([status, error]);
  });
});
