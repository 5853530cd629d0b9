import { expect, test } from "vitest";
import { checkAddress } from "./check-address.ts";
import { checkContent } from "./check-content.ts";

test.each([
  "ada@example.com",
  "ada.lovelace+news@mail.example.co.uk",
  "o'brien@example.com",
  "x@localhost",
  "info@bücher.example",
  `${"a".repeat(64)}@example.com`,
])("%s is an address", (address) => {
  expect(checkAddress(address)).toBeNull();
});

test.each([
  "",
  "ada",
  "@example.com",
  "ada@",
  "ada@@example.com",
  "ada@example..com",
  ".ada@example.com",
  "ada.@example.com",
  "ada lovelace@example.com",
  "Ada <ada@example.com>",
  "ada@example.com, eve@example.com",
  "ada@-example.com",
  '"ada"@example.com',
  "ada@[127.0.0.1]",
  `${"a".repeat(65)}@example.com`,
  `ada@${"a".repeat(64)}.com`,
  `ada@${"a.".repeat(125)}com`,
])("%s is none", (address) => {
  expect(checkAddress(address)).toMatchObject({ code: "invalid_address" });
});

test.each([
  "ada@example.com\r\nBcc: eve@example.com",
  "ada@example.com\n",
  "\u0000ada@example.com",
  "ada@exa\u2028mple.com",
])("%j would end a header", (address) => {
  expect(checkAddress(address)).toMatchObject({ code: "header_injection" });
});

test("never says the address", () => {
  for (const address of ["eve@@evil", "eve@evil\n"])
    expect(checkAddress(address)?.detail).not.toContain("eve");
});

test("a subject is one line", () => {
  expect(checkContent({ subject: "Grüße 👋" })).toBeNull();
  expect(checkContent({ subject: "Hello\r\nBcc: eve@example.com" })).toMatchObject({
    code: "header_injection",
  });
});

test("a hostile address takes no time", () => {
  const started = performance.now();
  checkAddress(`${"a.".repeat(50_000)}@${"a-".repeat(50_000)}`);
  expect(performance.now() - started).toBeLessThan(50);
});
