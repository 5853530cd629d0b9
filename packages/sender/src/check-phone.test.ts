import { expect, test } from "vitest";
import { checkPhone } from "./check-phone.ts";

test.each(["+4915112345678", "+447700900123", "+14155552671", "+15005550006"])(
  "%s is a number",
  (address) => expect(checkPhone(address)).toBeNull(),
);

test.each([
  "",
  "+",
  "0151 12345678",
  "+49 151 12345678",
  "+1",
  "+4915112345678901234",
  "+999123456789",
  "ada@example.com",
  "+4915112345678\r\n",
  "tel:+4915112345678",
])("%j is none", (address) => {
  const refusal = checkPhone(address);
  expect(refusal).toMatchObject({ code: "invalid_address" });
  if (address.length > 1) expect(refusal?.detail).not.toContain(address);
});
