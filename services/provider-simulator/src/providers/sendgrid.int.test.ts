import { eventually } from "@pulsecourier/testkit";
import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { badMailSends, mailSendExample } from "./mail-send-example.ts";

const authorized = { authorization: "Bearer SG.test", "content-type": "application/json" };

async function startSendgrid() {
  const simulator = await startSimulator();
  const send = (body: unknown = mailSendExample, init: RequestInit = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return fetch(`${simulator.url}/v3/mail/send`, {
      method: "POST",
      headers: authorized,
      body: text,
      ...init,
    });
  };
  return { ...simulator, send };
}

type Refusal = { errors: { message: string; field: string | null }[] };
const refusalOf = async (answer: Response) => (await answer.json()) as Refusal;

describe("sendgrid", () => {
  it("accepts a mail with 202, no body and a message id, and keeps what it said", async () => {
    const { send, messages, message } = await startSendgrid();
    const answer = await send();
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe("");
    const id = answer.headers.get("x-message-id") ?? "";
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(await messages()).toMatchObject([
      {
        id,
        provider: "sendgrid",
        channel: "email",
        to: ["ada@shop.example"],
        subject: "Order A-17 shipped",
        deliveryId: "01980000-0000-7000-8000-000000000001",
        args: { tenant: "shop" },
        status: 202,
        accepted: true,
      },
    ]);
    expect((await message(id)).content).toEqual({
      from: "The Shop <orders@shop.example>",
      replyTo: "help@shop.example",
      text: "It is on its way.",
      html: "<p>It is on its way.</p>",
      headers: [{ name: "List-Unsubscribe", value: "<https://shop.example/u/1>" }],
      attachments: [],
    });
  });

  it("takes each personalization for a message of its own", async () => {
    const { send, messages, stats } = await startSendgrid();
    const personalizations = ["d1", "d2"].map((delivery_id) => ({
      to: [{ email: `${delivery_id}@shop.example` }],
      subject: `For ${delivery_id}`,
      custom_args: { delivery_id },
    }));
    expect((await send({ ...mailSendExample, personalizations })).status).toBe(202);
    expect((await messages("?deliveryId=d2"))[0]).toMatchObject({
      to: ["d2@shop.example"],
      subject: "For d2",
    });
    expect(await stats()).toMatchObject({ uniqueDeliveries: 2, duplicates: 0 });
  });

  it.each(badMailSends)("refuses %s with 400 and names the field", async (_what, body, field) => {
    const { send, stats } = await startSendgrid();
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect((await refusalOf(answer)).errors.map((error) => error.field)).toContain(field);
    expect(await stats()).toMatchObject({
      accepted: 0,
      providers: { sendgrid: { statuses: { 400: 1 } } },
    });
  });

  it.each([
    ["no key", { headers: { "content-type": "application/json" } }, 401],
    ["a key that is no bearer", { headers: { ...authorized, authorization: "SG.test" } }, 401],
    ["another content type", { headers: { ...authorized, "content-type": "text/plain" } }, 415],
    ["another method", { method: "PUT" }, 405],
  ])("refuses %s", async (_what, init, status) => {
    const { send } = await startSendgrid();
    const answer = await send(mailSendExample, init);
    expect(answer.status).toBe(status);
    expect((await refusalOf(answer)).errors[0]?.message).not.toBe("");
  });

  it("refuses what is no JSON, and more than 30 MB", async () => {
    const { send } = await startSendgrid();
    expect((await send("{")).status).toBe(400);
    const outcome = await send("x".repeat(31 * 1024 * 1024)).then(
      (answer) => answer.status,
      // The server hangs up while the client still writes; whether the answer is seen is up to timing.
      () => 413,
    );
    expect(outcome).toBe(413);
    expect((await send()).status).toBe(202);
  });

  it("says when to come back with 429", async () => {
    const { send, behave } = await startSendgrid();
    await behave("sendgrid", { next: [{ status: 429 }], retryAfterSeconds: 7 });
    const answer = await send();
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
    const reset = Number(answer.headers.get("x-ratelimit-reset"));
    expect(reset - Date.now() / 1000).toBeGreaterThan(5);
    expect((await send()).status).toBe(202);
  });

  it("answers with a scripted body and headers", async () => {
    const { send, behave } = await startSendgrid();
    await behave("sendgrid", {
      next: [{ status: 403, body: { errors: [] }, headers: { "x-trace": "1" } }],
    });
    const answer = await send();
    expect([answer.status, answer.headers.get("x-trace"), await answer.json()]).toEqual([
      403,
      "1",
      { errors: [] },
    ]);
  });

  it("counts a message accepted and never answered, and lets go on reset", async () => {
    const { send, behave, messages, reset, stats } = await startSendgrid();
    await behave("sendgrid", { hangAfterAccept: true });
    const outcome = send().then(
      () => "answered",
      () => "broken off",
    );
    await eventually(async () =>
      expect(await messages()).toMatchObject([{ accepted: true, status: null }]),
    );
    await reset();
    expect(await outcome).toBe("broken off");
    expect((await send()).status).toBe(202);
    expect((await stats()).accepted).toBe(1);
  });

  it("never answers and does not count while it hangs", async () => {
    const { send, behave, messages } = await startSendgrid();
    await behave("sendgrid", { hang: true });
    await expect(send(mailSendExample, { signal: AbortSignal.timeout(200) })).rejects.toThrow(
      /timeout/,
    );
    expect(await messages()).toMatchObject([{ accepted: false, status: null }]);
  });

  it("takes its time and refuses recipients as told", async () => {
    const { send, behave } = await startSendgrid();
    await behave("sendgrid", { latencyMs: 80, rejectRecipients: [{ match: "ada@*", code: 400 }] });
    const started = performance.now();
    expect((await send()).status).toBe(400);
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });
});
