import { expect, test } from "vitest";
import { RedirectAllTo } from "./redirect-all-to.ts";
import { TenantSettings } from "./tenant-settings.ts";

test("settings are kept in normal forms", () => {
  const settings = {
    identity: {
      email: {
        from: " Orders@SHOP.example",
        fromName: "The Shop",
        replyTo: "help@shop.example",
        accounts: { ses: { from: "ses@shop.example" } },
      },
      sms: {
        senderId: "The Shop",
        accounts: { twilio: { senderId: "+1 (500) 555-0006" }, vonage: { senderId: "12345" } },
      },
      whatsapp: { senderId: "106540352242922" },
    },
    sandboxRedirect: { email: "qa@EXAMPLE.com", sms: "+49 151 12345678" },
    defaultCountry: "DE",
  };
  expect(TenantSettings.parse(settings)).toEqual({
    ...settings,
    identity: {
      ...settings.identity,
      email: { ...settings.identity.email, from: "Orders@shop.example" },
      sms: {
        senderId: "The Shop",
        accounts: { twilio: { senderId: "+15005550006" }, vonage: { senderId: "12345" } },
      },
    },
    sandboxRedirect: { email: "qa@example.com", sms: "+4915112345678" },
  });
  expect(TenantSettings.parse({})).toEqual({});
});

const email = (fields: object) => ({ identity: { email: fields } });
const sms = (senderId: string) => ({ identity: { sms: { senderId } } });

test.each([
  [email({ from: "Shop <a@b.example>" }), "identity.email.from"],
  [email({ from: "a@b.example\r\nBcc: c@d.example" }), "identity.email.from"],
  [email({ replyTo: "nobody" }), "identity.email.replyTo"],
  [email({ fromName: "The\nShop" }), "identity.email.fromName"],
  [email({ accounts: { ses: { from: "x" } } }), "identity.email.accounts.ses.from"],
  [email({ accounts: { "no account": {} } }), "identity.email.accounts.no account"],
  [sms("more than eleven"), "identity.sms.senderId"],
  [sms("0171 1234567"), "identity.sms.senderId"],
  [{ identity: { whatsapp: { senderId: "+4915112345678" } } }, "identity.whatsapp.senderId"],
  [{ identity: { slack: {} } }, "identity"],
  [{ sandboxRedirect: { email: "qa" } }, "sandboxRedirect.email"],
  [{ sandboxRedirect: { sms: "0171 1234567" } }, "sandboxRedirect.sms"],
  [{ sandboxRedirect: { push: "token" } }, "sandboxRedirect.push"],
  [{ sandboxRedirect: { webhook: "ftp://x.example" } }, "sandboxRedirect.webhook"],
  [{ sandboxRedirect: { slack: "C1\nC2" } }, "sandboxRedirect.slack"],
  [{ defaultCountry: "XX" }, "defaultCountry"],
  [{ defaultCountry: "Germany" }, "defaultCountry"],
])("%j is refused at %s", (settings, place) => {
  const { error } = TenantSettings.safeParse(settings);
  expect(error?.issues.map(({ path }) => path.join("."))).toContain(place);
});

test("the variable that redirects the whole platform", () => {
  expect(RedirectAllTo.parse("sandbox")).toEqual({});
  expect(RedirectAllTo.parse("email=qa@example.com, sms=+49 151 12345678")).toEqual({
    email: "qa@example.com",
    sms: "+4915112345678",
  });
  expect(RedirectAllTo.parse("webhook=https://qa.example/hook?a=b")).toEqual({
    webhook: "https://qa.example/hook?a=b",
  });
});

test.each([
  "qa@example.com",
  "email=nobody",
  "fax=1",
  "email",
  "sandbox,email=qa@example.com",
  ",",
])("%j is refused, and never quoted", (written) => {
  const { error } = RedirectAllTo.safeParse(written);
  const message = error?.issues.map((issue) => issue.message).join() ?? "";
  expect(message).toContain("expected `sandbox`");
  expect(message.replaceAll("email=qa@example.com", "")).not.toMatch(/nobody|fax|qa@/);
});
