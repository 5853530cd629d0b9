import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";

const mail = [
  "From: Shop <s@shop.example>",
  "To: ada@example.com",
  "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus?=\r\n =?UTF-8?Q?_K=C3=B6ln?=",
  "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
  "",
  "Hello",
].join("\r\n");
const example = {
  Action: "SendRawEmail",
  Version: "2010-12-01",
  "RawMessage.Data": Buffer.from(mail).toString("base64"),
  "Destinations.member.1": "ada@example.com",
  "Tags.member.1.Name": "delivery_id",
  "Tags.member.1.Value": "d1",
};
const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/ses/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

function send(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(`${url}/ses/`, {
    method: "POST",
    headers: { authorization, "x-amz-date": "20261121T000000Z", ...headers },
    body: new URLSearchParams(form),
  });
}

describe("ses", () => {
  it("accepts a raw mail with a message id, and keeps what it said", async () => {
    const { url, messages, message } = await startSimulator();
    const answer = await send(url, example);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/xml"]);
    const id = /<MessageId>([\w-]+)<\/MessageId>/.exec(await answer.text())?.[1] ?? "";
    const subject = "Grüße aus Köln";
    expect(await messages()).toMatchObject([
      { id, provider: "ses", to: ["ada@example.com"], subject, deliveryId: "d1" },
    ]);
    const { content } = await message(id);
    expect(content?.text?.trim()).toBe("Hello");
    expect(content?.headers).toContainEqual({
      name: "List-Unsubscribe-Post",
      value: "List-Unsubscribe=One-Click",
    });
  });

  it.each([
    ["no mail", { ...example, "RawMessage.Data": "" }, 400, "MessageRejected"],
    [
      "a mail from nobody",
      { ...example, "RawMessage.Data": Buffer.from("To: a@b.c\r\n\r\nHi").toString("base64") },
      400,
      "InvalidParameterValue",
    ],
    ["an address that is none", { ...example, "Destinations.member.1": "ä" }, 400, "Invalid"],
    ["a tag with a space", { ...example, "Tags.member.1.Value": "a b" }, 400, "InvalidParameter"],
    ["another action", { ...example, Action: "SendFax" }, 404, "InvalidAction"],
  ])("refuses %s", async (_what, form, status, code) => {
    const { url, stats } = await startSimulator();
    const answer = await send(url, form);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(code)]);
    expect((await stats()).accepted).toBe(0);
  });

  it("refuses what is not signed for it", async () => {
    const { url } = await startSimulator();
    expect((await send(url, example, { authorization: "Basic x" })).status).toBe(403);
  });
});
