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

const parameters = (values: unknown) => {
  const text = typeof values === "string" ? values : JSON.stringify(values);
  const content = { template: "order_shipped", language: "en", parameters: text };
  const problem = checkContent("whatsapp", content);
  const [issue] = problem?.issues ?? [];
  return problem && `${problem.code} at ${issue?.path.join(".")}: ${issue?.message}`;
};

test.each([[[]], [["A-17"]], [["a    b", "ü 👋"]]])("%j are a template's values", (values) => {
  expect(parameters(values)).toBeNull();
});

test.each([
  ["A-17", /JSON array/],
  [{ 1: "A-17" }, /array/],
  [[17], /value 1/],
  [["A-17", ""], /^content_unusable at parameters: value 2 must not be empty/],
  [["a\nb"], /value 1 may hold no line break/],
  [["a     b"], /five spaces/],
  [Array.from({ length: 101 }, () => "x"), /holds more than 100 values/],
  [["x".repeat(32_769)], /^content_too_large at parameters: value 1 is over 32768 characters/],
])("%j are none", (values, says) => {
  expect(parameters(values)).toMatch(says);
});

test("a push fits by the bytes that are sent, its data must be an object", () => {
  const data = (value: unknown) => ({ title: "Hi", data: JSON.stringify(value) });
  expect(checkContent("push", data({ order: "A-17" }))).toBeNull();
  // Quotes count once, as they are sent.
  const quotes = { numbers: Array.from({ length: 900 }, (_one, index) => String(index % 10)) };
  expect(checkContent("push", data(quotes))).toBeNull();
  expect(checkContent("push", { title: "Hi", body: "ä".repeat(1_990) })).toMatchObject({
    code: "content_too_large",
    issues: [{ message: "takes 4004 bytes, the limit is 3993" }],
  });
  for (const value of [[1], "text", null])
    expect(checkContent("push", data(value))?.code).toBe("content_unusable");
  expect(checkContent("push", { title: "Hi", data: "{" })?.issues[0]?.message).toBe(
    "is not the JSON of an object",
  );
});

test("a webhook's payload is JSON", () => {
  expect(checkContent("webhook", { payload: '{"a":1}' })).toBeNull();
  expect(checkContent("webhook", { payload: "{" })).toMatchObject({
    code: "content_unusable",
    issues: [{ path: ["payload"], message: expect.stringMatching(/^is not JSON/) }],
  });
});

test.each(["push", "inapp"] as const)("nothing of a request's words is cut for %s", (channel) => {
  const { contentOf } = channelDefinition(channel);
  expect(contentOf({ text: "short" })).toEqual({ title: "short" });
  const long = "word ".repeat(200);
  const content = contentOf({ text: long });
  expect(content?.["body"]).toBe(long);
  expect(content?.["title"]).toMatch(/^word word.*…$/);
  expect(content?.["title"]?.length).toBeLessThanOrEqual(500);
  const titled = contentOf({ subject: "x".repeat(501), text: "short" }) ?? {};
  expect(titled["title"]).toHaveLength(501);
  expect(checkContent(channel, titled)?.code).toBe("content_too_large");
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
