import { existsSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { badMailSends, mailSendExample } from "./mail-send-example.ts";

const file = new URL(
  "../../../../../shared/provider-specs/sendgrid-mail-v3.openapi.json",
  import.meta.url,
);
const description = existsSync(file)
  ? (JSON.parse(readFileSync(file, "utf8")) as object)
  : undefined;
const name = description
  ? "the vendor's description of Mail Send"
  : "the vendor's description of Mail Send (skipped: put twilio/sendgrid-oai's tsg_mail_v3.json at ../shared/provider-specs/sendgrid-mail-v3.openapi.json)";

function schemaAt(pointer: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "vendor", ...description });
  return ajv.compile({ $ref: `vendor#${pointer}` });
}

const requestSchema = "/components/requestBodies/PostMailSend/content/application~1json/schema";
const errorSchema = "/components/schemas/ErrorResponse";

describe.skipIf(!description)(name, () => {
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
