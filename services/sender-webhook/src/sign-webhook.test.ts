import { randomBytes } from "node:crypto";
import { formatWebhookSecret } from "@pulsecourier/contracts";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { signWebhook } from "./sign-webhook.ts";

const secrets = [randomBytes(32), randomBytes(32)];
const body = '{"text":"Grüße"}';
const seconds = Math.floor(Date.now() / 1_000);
const id = "0192f3a4-0000-4000-8000-000000000001";

test("the reference library takes each of two signatures", () => {
  const headers = signWebhook(secrets, { id, seconds, body });
  for (const secret of secrets)
    expect(new Webhook(formatWebhookSecret(secret)).verify(body, headers)).toEqual({
      text: "Grüße",
    });
});

test.each([
  ["another body", "{}", {}],
  ["another id", body, { "webhook-id": "other" }],
  ["another time", body, { "webhook-timestamp": String(seconds + 1) }],
])("it refuses %s", (_, received, header) => {
  const headers = { ...signWebhook(secrets, { id, seconds, body }), ...header };
  const [secret = randomBytes(32)] = secrets;
  const webhook = new Webhook(formatWebhookSecret(secret));
  expect(() => webhook.verify(received, headers)).toThrow(/signature/i);
});

test("it refuses another secret, and what is too old", () => {
  const headers = signWebhook(secrets, { id, seconds, body });
  const other = new Webhook(formatWebhookSecret(randomBytes(32)));
  expect(() => other.verify(body, headers)).toThrow(/signature/i);
  const old = signWebhook(secrets, { id, seconds: seconds - 3_600, body });
  const [secret = randomBytes(32)] = secrets;
  expect(() => new Webhook(formatWebhookSecret(secret)).verify(body, old)).toThrow(/old/i);
});
