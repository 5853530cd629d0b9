import { describe, expect, it } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { vendorDescription } from "../test-vendor-description.ts";
import { twilioAccount, twilioMessage, twilioSend } from "./twilio-message-example.ts";

const { name, described, schemaAt } = vendorDescription({
  what: "Messages",
  file: "twilio-messages-2010.openapi.json",
  source: "twilio/twilio-oai's twilio_api_v2010.json",
});

const requestSchema =
  "/paths/~12010-04-01~1Accounts~1%7BAccountSid%7D~1Messages.json/post/requestBody/content/application~1x-www-form-urlencoded/schema";
const answerSchema = "/components/schemas/api.v2010.account.message";

describe.skipIf(!described)(name, () => {
  it("knows every field of the request our text message sender makes", () => {
    const allows = schemaAt(requestSchema, { unevaluatedProperties: false });
    expect(allows(twilioMessage), JSON.stringify(allows.errors)).toBe(true);
    expect(allows({ ...twilioMessage, Text: "x" })).toBe(false);
    expect(allows({ ...twilioMessage, To: undefined })).toBe(false);
  });

  it.each([
    ["a number", twilioMessage],
    [
      "a messaging service",
      { ...twilioMessage, From: undefined, MessagingServiceSid: `MG${"0".repeat(32)}` },
    ],
  ])("shapes the simulator's answer to a message from %s", async (_what, message) => {
    const { url } = await startSimulator();
    const allows = schemaAt(answerSchema);
    const answer = await twilioSend(url, message);
    expect(answer.status).toBe(201);
    const body: unknown = await answer.json();
    expect(allows(body), JSON.stringify(allows.errors)).toBe(true);
    expect(body).toMatchObject({ account_sid: twilioAccount });
    expect(allows({ sid: "SM1" })).toBe(false);
  });
});
