import { expect, test } from "vitest";
import { redirectDelivery } from "./redirect-delivery.ts";

const email = { channel: "email", address: "ada@example.com", sandbox: false } as const;
const to = { email: "qa@example.com" };

test("everything of a channel goes to its one address, of a sandbox tenant, too", () => {
  const redirected = { ...email, address: "qa@example.com", redirected: "address" };
  expect(redirectDelivery(email, to)).toEqual(redirected);
  expect(redirectDelivery({ ...email, sandbox: true }, to)).toEqual(redirected);
});

test("of several devices none is reached", () => {
  const push = { channel: "push", address: "fcm:a", sandbox: false } as const;
  const many = { ...push, moreAddresses: ["fcm:b"] };
  const redirected = { ...push, address: "fcm:qa", redirected: "address" };
  expect(redirectDelivery(many, { push: "fcm:qa" })).toEqual(redirected);
  expect(redirectDelivery(many, {})).toMatchObject({ sandbox: true, moreAddresses: ["fcm:b"] });
});

test("a channel without an address goes through the sandbox accounts", () => {
  const sms = { channel: "sms", address: "+4915112345678", sandbox: false } as const;
  expect(redirectDelivery(sms, to)).toEqual({ ...sms, sandbox: true, redirected: "accounts" });
  expect(redirectDelivery({ ...sms, sandbox: true }, to)).toEqual({ ...sms, sandbox: true });
});

test("the inbox is left alone, unless it has an address", () => {
  const inapp = { channel: "inapp", address: "ada", sandbox: false } as const;
  expect(redirectDelivery(inapp, to)).toEqual(inapp);
  expect(redirectDelivery(inapp, { inapp: "qa" })).toMatchObject({ address: "qa" });
});
