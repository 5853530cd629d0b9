import type { Channel } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { preferChannel, type Preferring } from "./prefer-channel.ts";

const usable: Channel[] = ["email", "inapp", "push"];
const chosen = usable.map((channel) => ({ channel, address: "a", more: [] }));
const nothing: Preferring = { preferred: [], presence: "inapp_first", connected: false };
function prefer(changes: Partial<Preferring>) {
  const choice = preferChannel({ chosen, skipped: [] }, { ...nothing, ...changes });
  return [choice.chosen, choice.skipped].map((of) => of.map(({ channel }) => channel).join(" "));
}

test("the first preferred channel that can be used is used, and of the others is said why not", () => {
  expect(prefer({ preferred: ["sms", "push", "email"] })).toEqual(["push", "email inapp"]);
  const { skipped } = preferChannel({ chosen, skipped: [] }, { ...nothing, preferred: ["push"] });
  expect(skipped[0]?.error.code).toBe("not_preferred");
});

test("where nothing is preferred, or nothing that can be used, all are", () => {
  expect(prefer({})).toEqual(["email inapp push", ""]);
  expect(prefer({ preferred: ["sms"] })).toEqual(["email inapp push", ""]);
});

test("who is connected gets it in the app, before what they prefer, if the policy says so", () => {
  expect(prefer({ connected: true, preferred: ["push"] })).toEqual(["inapp", "email push"]);
  expect(prefer({ connected: true, presence: "ignored" })).toEqual(["email inapp push", ""]);
});
