import { describe, expect, test } from "vitest";
import { vendorDescription } from "../test-vendor-description.ts";
import { createWhatsappReporter } from "./whatsapp-reporter.ts";

const { name, described, schemaAt } = vendorDescription({
  what: "WhatsApp's webhooks",
  file: "whatsapp-cloud-v23.openapi.yaml",
  source: "facebook/openapi's business-messaging-api_v23.0.yaml",
});
const reporter = createWhatsappReporter({ appSecret: "s", verifyToken: "t" });
const message = {
  to: ["+4915112345678"],
  content: () => ({ headers: [], attachments: [] }),
};
type Payload = {
  object: string;
  entry: { id: string; changes: { field: string; value: Value }[] }[];
};
type Value = { metadata: object; messages?: object[]; contacts?: object[] };

function valuesIn(reports: Parameters<typeof reporter.callback>[0]): Value[] {
  const { body } = reporter.callback(reports, { url: "http://x.example", signing: "valid" });
  const { object, entry }: Payload = JSON.parse(body);
  expect(object).toBe("whatsapp_business_account");
  return entry.flatMap(({ changes }) => changes.map(({ value }) => value));
}

describe.skipIf(!described)(name, () => {
  test.each(["delivered", "opened", "bounced", "complained"] as const)(
    "know every field of a message's statuses that is %s",
    (fate) => {
      const allows = schemaAt("/components/schemas/StatusMessageValue", {
        unevaluatedProperties: false,
      });
      const values = valuesIn(reporter.reports(message, "wamid.1", fate));
      expect(values.length).toBeGreaterThan(0);
      for (const value of values) expect(allows(value), JSON.stringify(allows.errors)).toBe(true);
      expect(allows({ ...values[0], statuses: [{ id: "wamid.1" }] })).toBe(false);
    },
  );

  test("know every field of what recipients write", () => {
    const report = reporter.inbound?.({ from: "+4915112345678", text: "STOP" });
    const [value] = valuesIn(report === undefined ? [] : [report]);
    // The description takes messages that are received for those that are sent, so the parts are checked apart.
    const check = (component: string, part: unknown) => {
      const allows = schemaAt(`/components/schemas/${component}`);
      expect(allows(part), JSON.stringify(allows.errors)).toBe(true);
    };
    check("Metadata", value?.metadata);
    check("ContactProfile", value?.contacts?.[0]);
    check("TextMessage_2/allOf/1", value?.messages?.[0]);
  });
});
