import { MessageRejected, SESServiceException } from "@aws-sdk/client-ses";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { testProvider } from "@pulsecourier/sender/testing";
import { describe, expect, test } from "vitest";
import { classifySes } from "./classify-ses.ts";
import { ses } from "./ses.ts";

testProvider({
  provider: ses,
  start: () => startProvider("ses"),
  account: ({ url }) => ({
    SES_ACCESS_KEY_ID: "AKIASIMULATOR",
    SES_SECRET_ACCESS_KEY: "secret",
    SES_BASE_URL: `${url}/ses`,
  }),
  message: { address: "ada@example.com", content: { subject: "Grüße 👋", html: "<p>Hello</p>" } },
  // As the vendor answers, whose statuses are its own: throttling is a 400.
  behaviours: {
    permanent: { errorRate: 1, errorStatus: 400 },
    transient: { errorRate: 1, errorStatus: 503 },
    rate_limited: { errorRate: 1, errorStatus: 429 },
    config: { errorRate: 1, errorStatus: 401 },
  },
  unreadable: { next: [{ status: 200, body: "<html>" }] },
});

const FROM = "s@shop.example";
const failed = (name: string, message: string, httpStatusCode = 400) =>
  new SESServiceException({ name, message, $fault: "client", $metadata: { httpStatusCode } });
const network = (code: string) => Object.assign(new Error(code), { code });

describe("Amazon SES' errors", () => {
  test.each([
    [failed("Throttling", "Maximum sending rate exceeded."), { kind: "rate_limited" }],
    [
      failed("Throttling", "Daily message quota exceeded."),
      { kind: "rate_limited", retryAfterMs: 600_000 },
    ],
    [failed("AccountSendingPausedException", "paused"), { kind: "config" }],
    [failed("ConfigurationSetSendingPausedException", "paused"), { kind: "config" }],
    [failed("ConfigurationSetDoesNotExistException", "no"), { kind: "config" }],
    [failed("MailFromDomainNotVerifiedException", "no MX"), { kind: "sender_refused" }],
    [failed("SignatureDoesNotMatch", "no", 403), { kind: "config" }],
    [failed("ExpiredToken", "no", 400), { kind: "config" }],
    [failed("SomethingNew", "no", 403), { kind: "config" }],
    [failed("SomethingNew", "no", 400), { kind: "permanent" }],
    [failed("InternalFailure", "no", 500), { kind: "transient" }],
    [failed("ServiceUnavailable", "no", 503), { kind: "transient" }],
    [
      failed("InvalidParameterValue", "Message length is more than 10485760 bytes long."),
      { kind: "permanent", code: "content_too_large" },
    ],
    [network("ECONNREFUSED"), { kind: "transient" }],
    [network("ECONNRESET"), { kind: "ambiguous" }],
    [
      Object.assign(new Error("no role"), { name: "CredentialsProviderError" }),
      { kind: "config", detail: "no role" },
    ],
    [Object.assign(new Error("aborted"), { name: "AbortError" }), { kind: "ambiguous" }],
  ])("%o", (error, outcome) => {
    expect(classifySes(error, FROM)).toMatchObject(outcome);
  });

  test.each([
    ["Transaction failed: Empty email content.", "permanent"],
    [
      "Email address is not verified. The following identities failed the check: x@y.z",
      "permanent",
    ],
    [
      `Email address is not verified. The following identities failed the check: ${FROM}`,
      "sender_refused",
    ],
    ["Sending suspended for this account.", "config"],
    ["Sending paused for this account.", "config"],
  ])("MessageRejected: %s", (message, kind) => {
    const error = new MessageRejected({ message, $metadata: { httpStatusCode: 400 } });
    expect(classifySes(error, FROM)).toMatchObject({ kind });
  });
});
