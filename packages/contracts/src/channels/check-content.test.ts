import { expect, test } from "vitest";
import { checkContent } from "./check-content.ts";
import { channelDefinition } from "./index.ts";

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

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const dividers = (count: number) => Array.from({ length: count }, () => ({ type: "divider" }));
const slack = (blocks: unknown) =>
  checkContent("slack", {
    text: "Hi",
    blocks: typeof blocks === "string" ? blocks : JSON.stringify(blocks),
  });

test("Slack's blocks may be as many and as long as Slack takes", () => {
  expect(checkContent("slack", { text: "a".repeat(40_000) })).toBeNull();
  expect(slack([section("a".repeat(3_000)), { type: "divider" }, { type: "future" }])).toBeNull();
  expect(slack(dividers(50))).toBeNull();
});

test.each([
  ["not JSON", "{", "content_unusable at blocks: is not JSON"],
  ["no array", {}, /^content_unusable at blocks: .*array/],
  ["a block without a type", [{}], /^content_unusable at blocks.0.type: .*string/],
  [
    "a long section",
    [section("a".repeat(3_001))],
    /^content_too_large at blocks.0.text.text: .*3000/,
  ],
  [
    "a header in mrkdwn",
    [{ type: "header", text: { type: "mrkdwn", text: "x" } }],
    /^content_unusable at blocks.0.text.type: .*plain_text/,
  ],
  ["51 blocks", dividers(51), "content_too_large at : takes 51 blocks, the limit is 50"],
])("%s is refused, and the place is named", (_what, blocks, expected) => {
  const problem = slack(blocks);
  const [issue] = problem?.issues ?? [];
  expect(`${problem?.code} at ${issue?.path.join(".")}: ${issue?.message}`).toMatch(expected);
});

test.each(["slack", "telegram"] as const)("flat text goes to %s as it reads", (channel) => {
  const flat = channelDefinition(channel).contentOf({ text: "<!channel> A & B" });
  expect(flat).toEqual({ text: "&lt;!channel&gt; A &amp; B" });
});

test("Telegram counts the characters people see", () => {
  const bold = (text: string) => checkContent("telegram", { text: `<b>${text}</b>` });
  expect(bold("👋".repeat(4_096))).toBeNull();
  expect(bold("&amp;".repeat(4_097))).toMatchObject({
    code: "content_too_large",
    issues: [{ message: "takes 4097 characters, the limit is 4096" }],
  });
  expect(bold(" ")).toMatchObject({ code: "content_unusable" });
});
