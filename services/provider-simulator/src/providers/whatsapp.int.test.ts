import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { whatsappSend, whatsappTemplate, whatsappText } from "./whatsapp-message-example.ts";

const withText = (text: string) => ({
  ...whatsappTemplate,
  template: {
    ...whatsappTemplate.template,
    components: [{ type: "body", parameters: [{ type: "text", text }] }],
  },
});

describe("whatsapp", () => {
  it.each([
    ["a text", whatsappText, "Order A-17 is on its way 👋"],
    ["a template", whatsappTemplate, "order_shipped (en_US): A-17, DHL 👋"],
  ])("accepts %s with a wamid, and keeps what it said", async (_what, sent, text) => {
    const { url, messages, message } = await startSimulator();
    const answer = await whatsappSend(url, sent);
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { messages: [{ id: string }] };
    const [{ id }] = body.messages;
    expect(id).toMatch(/^wamid\.[A-Za-z0-9_-]+$/);
    expect(body).toMatchObject({ contacts: [{ input: "+4915112345678", wa_id: "4915112345678" }] });
    expect(await messages()).toMatchObject([
      { id, provider: "whatsapp", to: ["+4915112345678"], subject: text, deliveryId: "d1" },
    ]);
    expect((await message(id)).content).toMatchObject({ text });
  });

  it.each([
    ["no recipient", { ...whatsappText, to: undefined }, 131008, /^to:/],
    ["a number that is none", { ...whatsappText, to: "0151 123" }, 131009, /^to:/],
    ["another type", { ...whatsappText, type: "fax" }, 131009, /^type:/],
    ["an empty text", { ...whatsappText, text: { body: "" } }, 131009, /^text.body:/],
    ["4,097 characters", { ...whatsappText, text: { body: "a".repeat(4_097) } }, 131009, /4096/],
    ["a line break in a value", withText("a\nb"), 131009, /new-line/],
    ["five spaces in a value", withText("a     b"), 131009, /4 consecutive spaces/],
    ["what it does not know", { ...whatsappText, subject: "x" }, 131009, /subject/],
  ])("refuses %s and names the field", async (_what, sent, code, details) => {
    const { url, stats } = await startSimulator();
    const answer = await whatsappSend(url, sent);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: {
        code,
        type: "OAuthException",
        error_data: { details: expect.stringMatching(details) },
      },
    });
    expect((await stats()).accepted).toBe(0);
  });

  it("refuses without a token", async () => {
    const { url } = await startSimulator();
    const answer = await whatsappSend(url, whatsappText, {});
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 190 } }]);
  });
});

describe("whatsapp media", () => {
  async function upload(url: string, fields: Record<string, string | File>) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const headers = { authorization: "Bearer token" };
    const answer = await fetch(`${url}/v23.0/106540352242922/media`, {
      method: "POST",
      headers,
      body,
    });
    return { status: answer.status, body: (await answer.json()) as { id: string } };
  }
  const file = new File(["%PDF-1.7"], 'Rechnung "März".pdf', { type: "application/pdf" });
  const documentOf = (id: string) => ({
    ...whatsappText,
    type: "document",
    text: undefined,
    document: { id, filename: "invoice.pdf", caption: "It is attached" },
  });

  it("keeps a file, which messages may then name", async () => {
    const { url, messages, message } = await startSimulator();
    const { status, body } = await upload(url, { messaging_product: "whatsapp", file });
    expect(status).toBe(200);
    expect((await whatsappSend(url, documentOf(body.id))).status).toBe(200);
    const [received] = await messages();
    expect((await message(received?.id ?? "")).content).toMatchObject({
      text: "It is attached",
      attachments: [
        {
          filename: 'Rechnung "März".pdf',
          type: "application/pdf",
          bytes: 8,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    });
  });

  it("refuses a form without a file, and a message that names what nobody uploaded", async () => {
    const { url, stats } = await startSimulator();
    expect((await upload(url, { messaging_product: "whatsapp" })).status).toBe(400);
    expect((await upload(url, { file })).status).toBe(400);
    const answer = await whatsappSend(url, documentOf("1"));
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 131009 } }]);
    expect((await stats()).accepted).toBe(0);
  });
});
