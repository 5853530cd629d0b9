import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";

const example = {
  channel: "sms",
  message_type: "text",
  to: "4915112345678",
  from: "Shop",
  text: "Order A-17 is on its way",
  client_ref: "d1",
};

function send(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { authorization: "Basic a2V5OnNlY3JldA==", ...headers },
    body: JSON.stringify(body),
  });
}

describe("vonage", () => {
  it("accepts a message with 202 and a UUID, and keeps what it said", async () => {
    const { url, messages, message } = await startSimulator();
    const answer = await send(url, example);
    expect(answer.status).toBe(202);
    const { message_uuid: id } = (await answer.json()) as { message_uuid: string };
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await messages()).toMatchObject([
      { id, provider: "vonage", channel: "sms", to: ["+4915112345678"], deliveryId: "d1" },
    ]);
    expect((await message(id)).content).toMatchObject({ from: "Shop", text: example.text });
  });

  it.each([
    ["a leading +", { ...example, to: "+4915112345678" }, "to"],
    ["no text", { ...example, text: "" }, "text"],
    ["another channel", { ...example, channel: "fax" }, "channel"],
    ["a reference over 100 characters", { ...example, client_ref: "x".repeat(101) }, "client_ref"],
  ])("refuses %s with 422 and names the field", async (_what, body, field) => {
    const { url } = await startSimulator();
    const answer = await send(url, body);
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      type: "https://developer.vonage.com/api-errors/messages#1020",
      invalid_parameters: [{ name: field }],
    });
  });

  it("refuses without credentials", async () => {
    const { url } = await startSimulator();
    expect((await send(url, example, { authorization: "" })).status).toBe(401);
  });
});
