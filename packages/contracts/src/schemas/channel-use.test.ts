import { expect, test } from "vitest";
import { channelUse, correctionUse, usesOf } from "./channel-use.ts";
import { WorkflowDefinition } from "./workflow.ts";

const mail = { type: "send", template: "t", channels: ["email"] };
const definition = WorkflowDefinition.parse({
  steps: [
    { ...mail, name: "first" },
    { type: "delay", name: "pause", for: "P1D" },
    { ...mail, name: "again", channels: ["sms", "email"] },
    { ...mail, name: "last" },
  ],
});

test("the first step that names a channel makes its first use, each later one another", () => {
  expect(usesOf(definition)).toEqual([
    { channel: "email", use: 0 },
    { channel: "sms", use: 0 },
    { channel: "email", use: 2 },
    { channel: "email", use: 3 },
  ]);
  expect(channelUse(definition, "again", "email")).toBe(2);
});

test("corrections make uses of their own", () => {
  const uses = ["first", "again", "last"].map((step) => correctionUse(definition, step));
  expect(uses).toEqual([50, 52, 53]);
});
