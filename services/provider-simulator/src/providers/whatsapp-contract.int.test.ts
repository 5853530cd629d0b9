import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { vendorDescription } from "../test-vendor-description.ts";
import { whatsappSend, whatsappTemplate, whatsappText } from "./whatsapp-message-example.ts";

const { name, described, schemaAt } = vendorDescription({
  what: "the WhatsApp Cloud API",
  file: "whatsapp-cloud-v23.openapi.yaml",
  source: "facebook/openapi's business-messaging-api_v23.0.yaml",
});
const schema = (component: string) => `/components/schemas/${component}`;

/** Documented with the endpoint, but not part of the description. */
const { biz_opaque_callback_data: _text, ...text } = whatsappText;
const { biz_opaque_callback_data: _template, ...template } = whatsappTemplate;

describe.skipIf(!described)(name, () => {
  it("knows every field of the template our sender names", () => {
    const allows = schemaAt(schema("TemplateMessage"), { unevaluatedProperties: false });
    expect(allows(template), JSON.stringify(allows.errors)).toBe(true);
    expect(allows({ ...template, subject: "x" })).toBe(false);
    expect(allows({ ...template, template: { name: "x" } })).toBe(false);
  });

  it("knows every field of the text our sender writes", () => {
    // The description closes its own part of a text message against the common fields, so the parts are checked apart.
    const { type, text: body, ...common } = text;
    const allowsCommon = schemaAt(schema("BaseMessageProperties"), {
      unevaluatedProperties: false,
    });
    const allowsText = schemaAt(`${schema("TextMessage")}/allOf/1`);
    expect(allowsCommon({ type, ...common }), JSON.stringify(allowsCommon.errors)).toBe(true);
    expect(allowsText({ type, text: body }), JSON.stringify(allowsText.errors)).toBe(true);
    expect(allowsText({ type, text: { ...body, subject: "x" } })).toBe(false);
  });

  it.each([
    [
      "DocumentMessage",
      "document",
      { id: "1", filename: "invoice.pdf", caption: "It is attached" },
    ],
    ["ImageMessage", "image", { id: "1", caption: "It is attached" }],
  ])("knows the file of a %s our sender names", (component, type, file) => {
    const allows = schemaAt(`${schema(component)}/allOf/1`);
    expect(allows({ type, [type]: file }), JSON.stringify(allows.errors)).toBe(true);
    expect(allows({ type, [type]: { filename: "invoice.pdf" } })).toBe(false);
  });

  it("knows the document above a template that our sender names", () => {
    const allows = schemaAt(schema("DocumentParameter"), { unevaluatedProperties: false });
    const parameter = { type: "document", document: { id: "1", filename: "invoice.pdf" } };
    expect(allows(parameter), JSON.stringify(allows.errors)).toBe(true);
    expect(allows({ type: "document", document: { filename: "invoice.pdf" } })).toBe(false);
  });

  it.each([text, template])("shapes the simulator's answers to a $type", async (message) => {
    const { url, behave } = await startSimulator();
    const allows = schemaAt(schema("MessageResponsePayload"), { unevaluatedProperties: false });
    const answer: unknown = await (await whatsappSend(url, message)).json();
    expect(allows(answer), JSON.stringify(allows.errors)).toBe(true);
    expect(allows({ messages: "x" })).toBe(false);
    await behave("whatsapp", { next: [{ status: 429 }] });
    const allowsError = schemaAt(schema("GraphAPIError"));
    const refusal: unknown = await (await whatsappSend(url, message)).json();
    expect(allowsError(refusal), JSON.stringify(allowsError.errors)).toBe(true);
    expect(allowsError({ error: { message: "x" } })).toBe(false);
  });
});
