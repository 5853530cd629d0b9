import { expect, test } from "vitest";
import { Recipient } from "./schemas/recipient.ts";
import { toE164 } from "./phone.ts";

test.each([
  ["+4915112345678", "+4915112345678"],
  ["+49 (0)151 / 123 456-78", "+4915112345678"],
  [" +1 (202) 555-0143 ", "+12025550143"],
  ["+44 7700 900123", "+447700900123"],
])("%s is %s", (written, number) => expect(toE164(written)).toBe(number));

test.each([
  ["no country", "0151 12345678"],
  ["a foreign exchange prefix, which depends on where one is", "004915112345678"],
  ["too short", "+1202555"],
  ["too long", "+120255501431234567"],
  ["no such country code", "+999123456789"],
  ["an extension", "+49 30 12345 ext. 4"],
  ["a word", "ada"],
  ["nothing", ""],
  ["two numbers", "+12025550143, +12025550144"],
])("%s is no number", (_what, written) => expect(toE164(written)).toBeNull());

test("a recipient keeps a number it can read as E.164, and what it cannot as it is", () => {
  const { phone, whatsapp } = Recipient.parse({
    id: "ada",
    phone: "+1 (202) 555-0143",
    whatsapp: "0151 123",
  });
  expect([phone, whatsapp]).toEqual(["+12025550143", "0151 123"]);
});
