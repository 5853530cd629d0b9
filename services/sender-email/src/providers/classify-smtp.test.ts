import { expect, test } from "vitest";
import { classifySmtp } from "./classify-smtp.ts";

const reply = (responseCode: number, text: string, fields: object = {}) =>
  Object.assign(new Error(text), {
    responseCode,
    response: `${responseCode} ${text}`,
    code: "EMESSAGE",
    ...fields,
  });
const broken = (code: string) => Object.assign(new Error("broken"), { code, command: "CONN" });

test.each([
  [reply(550, "5.1.1 no such user"), "recipient_gone"],
  [reply(550, "5.2.1 disabled"), "recipient_gone"],
  [reply(553, "no"), "permanent"],
  [reply(552, "5.3.4 too big"), "permanent"],
  [reply(550, "5.7.1 spam"), "permanent"],
  [
    reply(550, "5.7.1 sender refused", { command: "MAIL FROM", code: "EENVELOPE" }),
    "sender_refused",
  ],
  [reply(535, "5.7.8 bad", { code: "EAUTH", command: "AUTH PLAIN" }), "config"],
  [reply(454, "4.7.0 later", { code: "EAUTH", command: "AUTH PLAIN" }), "rate_limited"],
  [reply(451, "greylisted"), "transient"],
  [reply(421, "closing"), "transient"],
  [reply(450, "4.7.1 slow down"), "rate_limited"],
] as const)("%s is %s, whatever was transmitted", (error, kind) => {
  for (const state of ["queued", "begun", "transmitted"] as const) {
    expect(classifySmtp(error, state)).toMatchObject({ kind });
  }
});

test.each([
  [broken("ECONNECTION"), "begun", "transient"],
  [broken("ECONNECTION"), "transmitted", "ambiguous"],
  [broken("ETIMEDOUT"), "queued", "transient"],
  [broken("ETIMEDOUT"), "transmitted", "ambiguous"],
  [broken("ESOCKET"), "transmitted", "ambiguous"],
  [broken("EABORT"), "queued", "rate_limited"],
  [broken("EABORT"), "begun", "transient"],
  [broken("EABORT"), "transmitted", "ambiguous"],
  [broken("ENOAUTH"), "queued", "config"],
  [broken("EENVELOPE"), "begun", "permanent"],
  ["no error at all", "begun", "transient"],
] as const)("%s when %s is %s", (error, state, kind) => {
  expect(classifySmtp(error, state)).toMatchObject({ kind });
});
