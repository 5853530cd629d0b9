import { expect, test } from "vitest";
import { describeStop, StopInput, stopScope } from "./stop.ts";

const reason = "an incident";

test.each([
  [{ channel: "email" as const, account: "sendgrid" }, "account", "account sendgrid of email"],
  [{ channel: "email" as const }, "channel", "channel email"],
  [{ tenant: "acme" }, "tenant", "tenant acme"],
  [{ tenant: "acme", channel: "sms" as const }, "tenant_channel", "tenant acme on sms"],
])("%j stops the %s", (target, scope, text) => {
  expect(StopInput.parse({ ...target, reason })).toEqual({ ...target, reason });
  expect(stopScope(target)).toBe(scope);
  expect(describeStop(target)).toBe(text);
});

test.each([
  { reason },
  { account: "sendgrid", reason },
  { tenant: "acme", account: "sendgrid", channel: "email", reason },
  { channel: "pigeon", reason },
  { channel: "email", reason: " " },
  { channel: "email" },
])("%j is refused", (input) => {
  expect(StopInput.safeParse(input).success).toBe(false);
});
