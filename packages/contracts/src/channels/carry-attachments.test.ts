import { expect, test } from "vitest";
import { whyNotCarried } from "./carry-attachments.ts";
import { CHANNELS } from "./index.ts";

const MIB = 1024 * 1024;
const pdf = { contentType: "application/pdf", size: 1_000 };
const png = { contentType: "image/png", size: 1_000 };
const zip = { contentType: "application/zip", size: 1_000 };

test("email and WhatsApp carry attachments, no other channel does, and all can go without", () => {
  const carrying = CHANNELS.filter((channel) => whyNotCarried(channel, [pdf]) === null);
  expect(carrying).toEqual(["email", "whatsapp"]);
  for (const channel of CHANNELS) expect(whyNotCarried(channel, [])).toBeNull();
});

test.each([
  ["email", [pdf, zip, png], undefined, null],
  ["email", [{ ...pdf, size: 7 * MIB }], undefined, null],
  ["email", [{ ...pdf, size: 7 * MIB }, png], undefined, /7341032 bytes together/],
  ["whatsapp", [png], { text: "a".repeat(1_024) }, null],
  ["whatsapp", [pdf], { text: "a".repeat(1_025) }, /1024 characters, it has 1025/],
  ["whatsapp", [pdf, pdf], undefined, /one attachment/],
  ["whatsapp", [zip], undefined, /does not take application\/zip/],
  ["whatsapp", [{ ...png, size: 5 * MIB + 1 }], undefined, /5242880/],
  ["whatsapp", [pdf], { template: "invoice", language: "en" }, null],
  [
    "whatsapp",
    [{ contentType: "text/plain", size: 1 }],
    { template: "invoice", language: "en" },
    /PDF/,
  ],
] as const)("%s %j %j", (channel, attachments, content, why) => {
  const answer = whyNotCarried(channel, attachments, content);
  if (why === null) expect(answer).toBeNull();
  else expect(answer).toMatch(why);
});
