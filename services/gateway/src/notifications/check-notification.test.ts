import type { CatalogSnapshot } from "@pulsecourier/catalog";
import { NotificationRequest, PulseError } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { checkNotification } from "./check-notification.ts";

const now = Date.parse("2026-06-01T12:00:00Z");
const definition = { channels: { email: { subject: "s", text: "t" } } };
const snapshot: CatalogSnapshot = {
  tenant: "default",
  revision: 7,
  exists: true,
  sandbox: false,
  templates: new Map([["shipped", { version: 3, definition }]]),
  settings: {},
  rules: [],
  categories: new Map(),
  workflows: new Map(),
  signals: new Map(),
  pauses: new Map(),
};

const check = (body: object, at = "", audiences = [{ audience: "vips" }, { audience: "staff" }]) =>
  checkNotification({
    request: NotificationRequest.parse({ to: "u", ...body }),
    snapshot,
    audiences: new Set(audiences.map(({ audience }) => audience)),
    now,
    at,
  });

function refusal(
  body: object,
  at = "",
  audiences?: { audience: string }[],
): [string, string | undefined] {
  try {
    check(body, at, audiences);
  } catch (error) {
    if (error instanceof PulseError) return [error.code, error.problems[0]?.pointer];
  }
  throw new Error("the request was taken");
}

const content = { text: "hi" };
const inMs = (ms: number) => new Date(now + ms).toISOString();
const day = 86_400_000;

test("a template is pinned to its live version", () => {
  expect(check({ template: "shipped" }).template).toEqual({ name: "shipped", version: 3 });
  expect(refusal({ template: "gone" }, "/notifications/2")).toEqual([
    "unknown_template",
    "/notifications/2/template",
  ]);
});

test("sendAt may lie ahead by up to a year, and behind by as much as clocks may differ", () => {
  expect(check({ content, sendAt: inMs(day) }).sendAt).toBe(inMs(day));
  expect(check({ content, sendAt: inMs(-300_000) }).sendAt).toBe(inMs(-300_000));
  expect(refusal({ content, sendAt: inMs(-601_000) })).toEqual(["invalid_request", "/sendAt"]);
  expect(refusal({ content, sendAt: inMs(367 * day) })).toEqual(["invalid_request", "/sendAt"]);
});

test("expiresAt comes after now and after sendAt", () => {
  expect(check({ content, expiresAt: inMs(1_000) }).expiresAt).toBe(inMs(1_000));
  expect(refusal({ content, expiresAt: inMs(0) })).toEqual(["invalid_request", "/expiresAt"]);
  const times = { sendAt: inMs(day), expiresAt: inMs(day - 1) };
  expect(refusal({ content, ...times })).toEqual(["invalid_request", "/expiresAt"]);
});

test("no line break gets into a subject or title", () => {
  const injected = "Hi\r\nBcc: eve@example.com";
  expect(refusal({ content: { ...content, subject: injected } })).toEqual([
    "invalid_request",
    "/content/subject",
  ]);
  expect(refusal({ content: { ...content, title: "a\u0007" } })).toEqual([
    "invalid_request",
    "/content/title",
  ]);
  expect(check({ content: { subject: "Grüße ✓", text: "a\nb" } }).content?.text).toBe("a\nb");
});

test("each channel asked for finds something in the content", () => {
  expect(refusal({ content: { title: "x" }, channels: ["inapp", "email"] })).toEqual([
    "content_unusable",
    "/content",
  ]);
  expect(check({ content: { title: "x" } }).content).toEqual({ title: "x" });
  expect(refusal({ content: {} })).toEqual(["content_unusable", "/content"]);
});

test("data has at most 64 KiB", () => {
  const data = (bytes: number) => ({ content, data: { text: "x".repeat(bytes - 11) } });
  expect(check(data(64 * 1024)).data).toHaveProperty("text");
  expect(refusal(data(64 * 1024 + 1))).toEqual(["invalid_request", "/data"]);
});

test("recipients and channels are each named once, the lane defaults to normal", () => {
  const event = check({ to: ["a", "b", "a"], content, channels: ["inapp", "inapp"] });
  expect(event).toMatchObject({ to: ["a", "b"], channels: ["inapp"], lane: "normal" });
});

test("audiences are each named once, beside recipients; one nobody has made is told with its place", () => {
  const to = ["a", { audience: "vips" }, { audience: "staff" }, { audience: "vips" }];
  expect(check({ to, content })).toMatchObject({ to: ["a"], audiences: ["vips", "staff"] });
  expect(check({ to: { audience: "vips" }, content })).toMatchObject({ to: [] });
  expect(refusal({ to: ["a", { audience: "gone" }], content }, "/notifications/3")).toEqual([
    "unknown_audience",
    "/notifications/3/to/1/audience",
  ]);
  expect(refusal({ to: { audience: "gone" }, content })).toEqual([
    "unknown_audience",
    "/to/audience",
  ]);
  const many = Array.from({ length: 21 }, (_, n) => ({ audience: `a-${n}` }));
  expect(refusal({ to: many, content }, "", many)).toEqual(["invalid_request", "/to"]);
});
