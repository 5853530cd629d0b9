import { CategoryDefinition, Preferences } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { applyCells, type Cell, choicesOf } from "./preference-choices.ts";

const category = (definition: object) => CategoryDefinition.parse(definition);
const policy = {
  categories: new Map([
    ["news", category({ defaults: { sms: false }, title: "News & offers" })],
    ["security", category({ required: true })],
  ]),
  settings: {},
};
const ann = { id: "ann", email: "ann@example.com", phone: "+4915112345678" };
const nothing = Preferences.parse({});
const shown = (preferences: Preferences) =>
  choicesOf(ann, preferences, policy).map(({ title, choices }) => [
    title,
    choices.map(({ channel, on }) => `${on ? "+" : "-"}${channel}`).join(" "),
  ]);

test("shows what holds: the recipient's word, else defaults, and what is required is on", () => {
  const refused = Preferences.parse({ categories: { security: { email: false } }, channels: {} });
  expect(shown(refused)).toEqual([
    ["News & offers", "+email +inapp -sms"],
    ["security", "+email +inapp +sms"],
    ["Everything else", "+email +inapp +sms"],
  ]);
});

const cell = (name: string, channel: Cell["channel"], on: boolean) => ({
  category: name,
  channel,
  on,
});

test("writes what was changed and nothing else", () => {
  const cells = [cell("news", "email", true), cell("news", "sms", false), cell("", "inapp", true)];
  expect(applyCells(nothing, cells, policy)).toEqual(nothing);
  expect(applyCells(nothing, [cell("news", "sms", true)], policy).categories).toEqual({
    news: { sms: true },
  });
  expect(applyCells(nothing, [cell("security", "email", false)], policy)).toEqual(nothing);
});

test("turning everything else off leaves on what was left on", () => {
  const cells = [cell("news", "email", true), cell("", "email", false)];
  expect(applyCells(nothing, cells, policy)).toEqual({
    channels: { email: false },
    categories: { news: { email: true } },
  });
});

test("keeps what the page does not show", () => {
  const before = Preferences.parse({
    categories: { old: { push: false } },
    quietHours: { from: "22:00", until: "07:00" },
    preferredChannels: ["push"],
  });
  expect(applyCells(before, [cell("old", "email", false)], policy)).toEqual({
    ...before,
    categories: { old: { push: false, email: false } },
  });
});
