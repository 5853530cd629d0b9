import { NotificationRequest, PulseError, RuleDefinition } from "@pulsecourier/contracts";
import type { z } from "zod";
import { expect, test } from "vitest";
import { parsed } from "./schema-problems.ts";

function refusal(schema: z.ZodType, value: unknown, at: PropertyKey[] = []): PulseError {
  try {
    parsed(schema, value, at);
  } catch (error) {
    if (error instanceof PulseError) return error;
  }
  throw new Error("the value was taken");
}

const content = { text: "hi" };

test("an unknown field is named by its pointer", () => {
  expect(refusal(NotificationRequest, { to: "u", content, chanels: ["email"] })).toMatchObject({
    code: "invalid_request",
    problems: [{ pointer: "/chanels", detail: "unknown field" }],
  });
  expect(refusal(NotificationRequest, { to: { "e/mail": "x" }, content }).problems).toEqual([
    { pointer: "/to/e~1mail", detail: "unknown field" },
  ]);
});

test("a missing field is required", () => {
  const { problems } = refusal(NotificationRequest, { content });
  expect(problems).toEqual([{ pointer: "/to", detail: "is required" }]);
  const wrongKind = refusal(NotificationRequest, { to: 7, content }).problems;
  expect(wrongKind).toEqual([{ pointer: "/to", detail: "expected string or object or array" }]);
});

test("of several objects the one that fits best is told about", () => {
  const file = { filename: "a/b", contentType: "text/plain", content: "YQ==" };
  const pointers = (attachment: object) =>
    refusal(NotificationRequest, { to: "u", content, attachments: [attachment] }).problems.map(
      ({ pointer }) => pointer,
    );
  expect(pointers(file)).toEqual(["/attachments/0/filename"]);
  expect(pointers({ id: "x" })).toEqual(["/attachments/0/id"]);
  expect(pointers({ ...file, filename: "a", size: 1 })).toEqual(["/attachments/0/size"]);
});

test("of a union the kind that was meant is told about", () => {
  const pointers = (to: unknown) =>
    refusal(NotificationRequest, { to, content }).problems.map(({ pointer }) => pointer);
  expect(pointers([])).toEqual(["/to"]);
  expect(pointers(Array.from({ length: 1_001 }, () => "u"))).toEqual(["/to"]);
  expect(pointers("not a name")).toEqual(["/to"]);
  expect(pointers(["u1", "not a name"])).toEqual(["/to/1"]);
  expect(pointers(["u1", { email: 7 }])).toEqual(["/to/1/email"]);
});

test("a channel that does not exist has its own code and lists those that do", () => {
  const error = refusal(NotificationRequest, { to: "u", content, channels: ["fax"] });
  expect(error.code).toBe("unknown_channel");
  expect(error.message).toContain("email, inapp");
  const rule = { on: "a", recipients: ["b"], template: "t", channels: ["fax"] };
  expect(refusal(RuleDefinition, rule).code).toBe("unknown_channel");
});

test("in a batch the pointer starts at the body", () => {
  const { problems } = refusal(NotificationRequest, { to: "u", content, x: 1 }, [
    "notifications",
    3,
  ]);
  expect(problems).toEqual([{ pointer: "/notifications/3/x", detail: "unknown field" }]);
});

test("places are capped", () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`x${at}`, 1]));
  expect(refusal(NotificationRequest, { to: "u", content, ...many }).problems).toHaveLength(50);
});
