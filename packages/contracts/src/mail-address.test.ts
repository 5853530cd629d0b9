import { expect, test } from "vitest";
import { isMailAddress, toMailAddress } from "./mail-address.ts";
import { recipientKey } from "./recipient-key.ts";
import { InlineRecipient } from "./schemas/recipient.ts";

test.each([
  ["ada@example.com", "ada@example.com"],
  [" Ada@EXAMPLE.com ", "Ada@example.com"],
  ["<ada@Example.com>", "ada@example.com"],
  ['"ada"@example.com', "ada@example.com"],
  ["o'brien@example.com", "o'brien@example.com"],
  ["info@BÜCHER.example", "info@bücher.example"],
  ["ada@localhost", "ada@localhost"],
])("%j is kept as %j, and that as it is", (written, kept) => {
  expect(toMailAddress(written)).toBe(kept);
  expect(toMailAddress(kept)).toBe(kept);
});

test.each([
  "",
  "ada",
  "ada@@example.com",
  ".ada@example.com",
  "ada@example..com",
  "Ada <ada@example.com>",
  "ada@example.com, eve@example.com",
  "ada@example.com\r\nBcc: eve@example.com",
  "ada@example.com\u2028",
  "team: ada@example.com;",
  "ada@-example.com",
  `ada@${"a".repeat(64)}.com`,
  `${"a".repeat(65)}@example.com`,
  `${"a".repeat(400)}@example.com`,
])("%j is not one address", (written) => expect(toMailAddress(written)).toBeNull());

test("what is kept is an address", () => {
  expect(isMailAddress("Ada@example.com")).toBe(true);
  expect(isMailAddress("Ada <ada@example.com>")).toBe(false);
});

test("two spellings are one recipient, and what cannot be read stays for its own delivery to fail", () => {
  const key = (email: string) => recipientKey(InlineRecipient.parse({ email }));
  expect(key("ada@EXAMPLE.com ")).toBe(key("ada@example.com"));
  expect(InlineRecipient.parse({ email: "ada at example" }).email).toBe("ada at example");
});
