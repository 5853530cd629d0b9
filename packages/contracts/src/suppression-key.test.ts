import { expect, test } from "vitest";
import { suppressionAddress } from "./suppression-key.ts";

test("spellings of one address meet", () => {
  expect(suppressionAddress("email", " Ann@Example.COM\n")).toBe("ann@example.com");
  expect(suppressionAddress("email", "a\0nn@example.com")).toBe("ann@example.com");
  expect(suppressionAddress("email", "+49 (151) 234-567")).toBe("+49151234567");
});

test("what an index cannot hold is hashed, and an inbox is never suppressed", () => {
  const long = "x".repeat(4_096);
  expect(suppressionAddress("email", long)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(suppressionAddress("email", long)).not.toBe(suppressionAddress("email", `${long}y`));
  expect(suppressionAddress("inapp", "ann")).toBeNull();
});

test("an international domain is the same address in both of its forms", () => {
  const kept = suppressionAddress("email", "info@BÜCHER.example");
  expect(kept).toBe("info@xn--bcher-kva.example");
  expect(suppressionAddress("email", "info@xn--bcher-kva.example")).toBe(kept);
});
