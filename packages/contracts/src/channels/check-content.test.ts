import { expect, test } from "vitest";
import { checkContent } from "./check-content.ts";

test("what fits has no problem", () => {
  expect(checkContent("email", { subject: "Hi", text: "x" })).toBeNull();
  expect(checkContent("sms", { text: "a".repeat(1_530) })).toBeNull();
  expect(checkContent("sms", { text: "ж".repeat(670) })).toBeNull();
});

test.each([
  ["eleven segments", "a".repeat(1_531), "takes 11 GSM-7 segments, the limit is 10"],
  [
    "eleven because of one emoji",
    `${"a".repeat(670)}👋`,
    "takes 11 UCS-2 segments, the limit is 10",
  ],
])("%s are too large, and the limit is named", (_what, text, message) => {
  expect(checkContent("sms", { text })).toMatchObject({
    code: "content_too_large",
    issues: [{ message }],
  });
});

test.each([
  [{ text: "a".repeat(4_096) }, undefined],
  [{ text: "👋".repeat(2_048) }, undefined],
  [{ text: "a".repeat(4_097) }, "content_too_large"],
  [{ template: "order_shipped", language: "pt_BR", parameters: "[]" }, undefined],
  [{ template: "order_shipped" }, "content_unusable"],
  [{ template: "Order shipped", language: "en" }, "content_unusable"],
  [{ template: "order_shipped", language: "en-US" }, "content_unusable"],
  [{ template: "order_shipped", language: "en", text: "x" }, "content_unusable"],
  [{ text: "x", parameters: "[]" }, "content_unusable"],
  [{}, "content_unusable"],
])("WhatsApp takes a text or a template: %j", (content, code) => {
  expect(checkContent("whatsapp", content)?.code).toBe(code);
});

test("a field over its length is too large, a missing one makes it unusable", () => {
  expect(checkContent("sms", { text: "a".repeat(16_001) })?.code).toBe("content_too_large");
  expect(checkContent("sms", {})?.code).toBe("content_unusable");
});
