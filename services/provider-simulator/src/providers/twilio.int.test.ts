import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { twilioMessage, twilioSend } from "./twilio-message-example.ts";

describe("twilio", () => {
  it("accepts a message with 201 and its resource, and keeps what it said", async () => {
    const { url, messages, message } = await startSimulator();
    const answer = await twilioSend(url, twilioMessage);
    expect(answer.status).toBe(201);
    const { sid, status } = (await answer.json()) as { sid: string; status: string };
    expect([sid, status]).toEqual([expect.stringMatching(/^SM[0-9a-f]{32}$/), "queued"]);
    expect(await messages()).toMatchObject([
      {
        id: sid,
        provider: "twilio",
        channel: "sms",
        to: ["+4915112345678"],
        subject: "Order A-17 is on its way 👋",
        deliveryId: "d1",
        status: 201,
        accepted: true,
      },
    ]);
    expect((await message(sid)).content).toMatchObject({
      from: "+15005550006",
      text: "Order A-17 is on its way 👋",
    });
  });

  it.each([
    ["no recipient", { ...twilioMessage, To: undefined }, 21604],
    ["a recipient that is no number", { ...twilioMessage, To: "0151 123" }, 21211],
    ["the vendor's invalid number", { ...twilioMessage, To: "+15005550001" }, 21211],
    ["the vendor's number that said STOP", { ...twilioMessage, To: "+15005550004" }, 21610],
    ["no sender", { ...twilioMessage, From: undefined }, 21603],
    ["a sender that is none", { ...twilioMessage, From: "?" }, 21606],
    ["no text", { ...twilioMessage, Body: "" }, 21602],
    ["1,601 characters", { ...twilioMessage, Body: "a".repeat(1_601) }, 21617],
  ])("refuses %s", async (_what, message, code) => {
    const { url, stats } = await startSimulator();
    const answer = await twilioSend(url, message);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code, status: 400 });
    expect((await stats()).accepted).toBe(0);
  });

  it("refuses credentials of another account, and another method", async () => {
    const { url } = await startSimulator();
    const none = await twilioSend(url, twilioMessage, { headers: {} });
    expect([none.status, await none.json()]).toMatchObject([401, { code: 20003 }]);
    expect((await twilioSend(url, twilioMessage, { method: "PUT" })).status).toBe(404);
  });

  it("says when to come back with 429", async () => {
    const { url, behave } = await startSimulator();
    await behave("twilio", { next: [{ status: 429 }], retryAfterSeconds: 7 });
    const answer = await twilioSend(url, twilioMessage);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await answer.json()).toMatchObject({ code: 20429 });
  });
});
