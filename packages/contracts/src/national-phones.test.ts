import { expect, test } from "vitest";
import { nationalPhones, withCountry } from "./national-phones.ts";
import { recipientKey } from "./recipient-key.ts";

test.each([
  ["0171 1234567", "DE", "+491711234567"],
  ["(0171) 123-45.67", "DE", "+491711234567"],
  ["00 44 7700 900123", "DE", "+447700900123"],
  ["(202) 555-0143", "US", "+12025550143"],
  ["+49 171 1234567", "US", "+49 171 1234567"],
  ["0171 1234567 89 01 23 45", "DE", "0171 1234567 89 01 23 45"],
  ["ada", "DE", "ada"],
  ["12345", "DE", "12345"],
])("%s in %s is %s", (phone, country, number) => {
  expect(withCountry({ phone, whatsapp: phone }, country)).toEqual({
    phone: number,
    whatsapp: number,
  });
});

test("without a country a number stays as it is, and so does one of a country nobody knows", () => {
  expect(withCountry({ phone: "0171 1234567" })).toEqual({ phone: "0171 1234567" });
  expect(withCountry({ phone: "0171 1234567" }, "XX")).toEqual({ phone: "0171 1234567" });
});

test("a number written with and without its country is one recipient", () => {
  const national = withCountry({ phone: "0171 1234567" }, "DE");
  expect(recipientKey(national)).toBe(recipientKey({ phone: "+491711234567" }));
});

test("fields that lack a country are named; what is no number is not among them", () => {
  expect(nationalPhones({ phone: "0171 1234567", whatsapp: "0171/1234567" })).toEqual([
    "phone",
    "whatsapp",
  ]);
  expect(nationalPhones({ phone: "+491711234567", whatsapp: "12345" })).toEqual([]);
  expect(nationalPhones({ id: "ada", phone: "ada" })).toEqual([]);
});
