import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { vendorDescription } from "../test-vendor-description.ts";
import { badMailSends, mailSendExample } from "./mail-send-example.ts";

const { name, described, schemaAt } = vendorDescription({
  what: "Mail Send",
  file: "sendgrid-mail-v3.openapi.json",
  source: "twilio/sendgrid-oai's tsg_mail_v3.json",
});

const requestSchema = "/components/requestBodies/PostMailSend/content/application~1json/schema";
const errorSchema = "/components/schemas/ErrorResponse";

describe.skipIf(!described)(name, () => {
  it("allows the request our sender makes", () => {
    const allows = schemaAt(requestSchema);
    expect(allows(mailSendExample), JSON.stringify(allows.errors)).toBe(true);
    expect(allows({ ...mailSendExample, from: undefined })).toBe(false);
  });

  it("lists and shapes the simulator's refusals", async () => {
    const { url, behave } = await startSimulator();
    const allows = schemaAt(errorSchema);
    const headers = { authorization: "Bearer SG.test", "content-type": "application/json" };
    const send = (body: unknown) =>
      fetch(`${url}/v3/mail/send`, { method: "POST", headers, body: JSON.stringify(body) });
    for (const [what, body] of badMailSends) {
      const refusal = await (await send(body)).json();
      expect(allows(refusal), `${what}: ${JSON.stringify(allows.errors)}`).toBe(true);
    }
    for (const status of [400, 401, 403, 404, 405, 413, 429, 500, 503]) {
      await behave("sendgrid", { next: [{ status }] });
      const refusal = await (await send(mailSendExample)).json();
      expect(allows(refusal), `${status}: ${JSON.stringify(allows.errors)}`).toBe(true);
    }
    expect(allows({ errors: "no" })).toBe(false);
  });
});
