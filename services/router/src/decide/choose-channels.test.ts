import type { Channel } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { type ChannelQuestion, chooseChannels } from "./choose-channels.ts";

const question: ChannelQuestion = {
  candidates: ["email", "inapp"],
  named: true,
  served: new Set<Channel>(["email", "inapp"]),
  recipient: { id: "u1", email: "a@example.com" },
  known: true,
  preferences: null,
  defaults: {},
  suppressed: () => null,
  category: "news",
  required: false,
  paidChannels: false,
};

function choose(changes: Partial<ChannelQuestion>) {
  const { chosen, skipped } = chooseChannels({ ...question, ...changes });
  return {
    chosen: chosen.map((one) => one.channel),
    skipped: skipped.map((one) => `${one.channel}: ${one.error.code}`),
  };
}

test("all candidates with an address, in the order asked for", () => {
  expect(choose({ candidates: ["inapp", "email"] })).toEqual({
    chosen: ["inapp", "email"],
    skipped: [],
  });
  expect(chooseChannels(question).chosen[0]).toEqual({
    channel: "email",
    address: "a@example.com",
    more: [],
  });
});

test("no address, no channel; an id alone is an inbox", () => {
  expect(choose({ recipient: { id: "u1" } })).toEqual({
    chosen: ["inapp"],
    skipped: ["email: no_address"],
  });
  expect(choose({ recipient: { email: "a@example.com" } })).toEqual({
    chosen: ["email"],
    skipped: ["inapp: no_address"],
  });
  const unknown = chooseChannels({ ...question, recipient: { id: "u1" }, known: false });
  expect(unknown.skipped[0]?.error.message).toContain("PUT it first");
});

test("where no channel was named, a missing address is no news unless it is the reason", () => {
  const candidates: Channel[] = ["email", "inapp", "sms"];
  const served = new Set(candidates);
  const unnamed = { candidates, served, named: false };
  expect(choose({ ...unnamed })).toEqual({ chosen: ["email", "inapp"], skipped: [] });
  const off = { channels: { email: false, inapp: false }, categories: {} };
  expect(choose({ ...unnamed, preferences: off })).toEqual({
    chosen: [],
    skipped: ["email: opted_out", "inapp: opted_out"],
  });
  expect(choose({ ...unnamed, recipient: {} })).toEqual({
    chosen: [],
    skipped: ["email: no_address", "inapp: no_address", "sms: no_address"],
  });
});

test("what costs money is used only where it was asked for, and the timeline says so", () => {
  const candidates: Channel[] = ["email", "inapp", "sms", "whatsapp"];
  const reachable = { ...question.recipient, phone: "+4915112345678", whatsapp: "+4915112345678" };
  const unnamed = {
    candidates,
    served: new Set(candidates),
    named: false,
    recipient: reachable,
  };
  const notAsked = ["sms: paid_channel_not_named", "whatsapp: paid_channel_not_named"];
  expect(choose(unnamed)).toEqual({ chosen: ["email", "inapp"], skipped: notAsked });
  expect(choose({ ...unnamed, recipient: { phone: "+4915112345678" } })).toEqual({
    chosen: [],
    skipped: notAsked.slice(0, 1),
  });
  expect(choose({ ...unnamed, named: true }).chosen).toEqual(candidates);
  expect(choose({ ...unnamed, paidChannels: true }).chosen).toEqual(candidates);
  const forSms = { ...unnamed, candidates: ["sms"] as const, served: new Set<Channel>(["sms"]) };
  expect(choose(forSms).chosen).toEqual(["sms"]);
});

test("all devices of a recipient are sent to, except those suppressed", () => {
  const pushTokens = ["old", "phone", "tablet"].map((token) => ({ platform: "fcm", token }));
  const push = {
    candidates: ["push"] as const,
    served: new Set<Channel>(["push"]),
    recipient: { id: "u1", pushTokens },
  };
  const gone = (...dead: string[]) => ({
    ...question,
    ...push,
    suppressed: (_channel: Channel, address: string) =>
      dead.includes(address) ? "recipient_gone" : null,
  });
  expect(chooseChannels(gone("fcm:tablet")).chosen).toEqual([
    { channel: "push", address: "fcm:phone", more: ["fcm:old"] },
  ]);
  const none = chooseChannels(gone("fcm:old", "fcm:phone", "fcm:tablet"));
  expect(none.skipped).toMatchObject([{ channel: "push", error: { code: "suppressed" } }]);
});

test("a channel the content does not serve is told apart", () => {
  expect(choose({ served: new Set<Channel>(["inapp"]) })).toEqual({
    chosen: ["inapp"],
    skipped: ["email: channel_not_in_template"],
  });
});

test("a category's word on a channel beats the channel's", () => {
  const off = { channels: { email: false }, categories: {} };
  expect(choose({ preferences: off })).toEqual({
    chosen: ["inapp"],
    skipped: ["email: opted_out"],
  });
  const but = { channels: { email: false }, categories: { news: { email: true } } };
  expect(choose({ preferences: but }).chosen).toEqual(["email", "inapp"]);
  const not = { channels: { email: true }, categories: { news: { email: false } } };
  expect(choose({ preferences: not }).skipped).toEqual(["email: opted_out"]);
  expect(choose({ preferences: not, category: "other" }).skipped).toEqual([]);
  expect(choose({ preferences: not, category: null }).skipped).toEqual([]);
});

test("a required category cannot be refused", () => {
  const refusing = { channels: { inapp: false }, categories: { news: { email: false } } };
  expect(choose({ preferences: refusing }).chosen).toEqual([]);
  expect(choose({ preferences: refusing, required: true }).chosen).toEqual(["email", "inapp"]);
});

test("a suppressed address is skipped and says why; required ones go out in spite of an unsubscribe", () => {
  const because = (reason: string) => (channel: Channel, address: string) =>
    channel === "email" && address === "a@example.com" ? reason : null;
  const bounced = chooseChannels({ ...question, suppressed: because("hard_bounce") });
  expect(bounced.chosen.map(({ channel }) => channel)).toEqual(["inapp"]);
  expect(bounced.skipped[0]?.error).toMatchObject({ code: "suppressed" });
  expect(bounced.skipped[0]?.error.message).toContain("(hard_bounce)");
  const skipped = ["email: suppressed"];
  for (const [reason, required, expected] of [
    ["hard_bounce", true, skipped],
    ["complaint", true, skipped],
    ["unsubscribe", false, skipped],
    ["unsubscribe", true, []],
  ] as const)
    expect(choose({ suppressed: because(reason), required }).skipped).toEqual(expected);
});

test("the tenant's defaults hold where the recipient said nothing, the category's before those of all", () => {
  const defaults = { category: { email: false }, channels: { email: true, inapp: false } };
  const neither = ["email: not_opted_in", "inapp: not_opted_in"];
  expect(choose({ defaults })).toEqual({ chosen: [], skipped: neither });
  expect(choose({ defaults, required: true }).chosen).toEqual(["email", "inapp"]);
  const said = (preferences: object) => choose({ defaults, preferences }).chosen;
  expect(said({ categories: { news: { email: true } } })).toEqual(["email"]);
  expect(said({ channels: { inapp: true } })).toEqual(["inapp"]);
  const both = { channels: { email: true }, categories: { news: { email: false } } };
  expect(choose({ defaults, preferences: both }).skipped).toContain("email: opted_out");
});
