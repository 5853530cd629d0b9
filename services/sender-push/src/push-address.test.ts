import { addressesOf, channelDefinition } from "@pulsecourier/contracts";
import { simulatedSubscription } from "@pulsecourier/provider-simulator/testing";
import { expect, test } from "vitest";
import { checkPushAddress } from "./push-address.ts";

const token = "cPush_Token-0001:APA91bExample";
const addressOf = (platform: string, its = token) =>
  channelDefinition("push").address({
    pushTokens: [
      { platform: "ios", token: "old" },
      { platform, token: its },
    ],
  }) ?? "";

test("the newest token is the address, its platform says through which service", () => {
  expect(addressOf("android")).toBe(`fcm:${token}`);
  expect(addressOf("FCM")).toBe(`fcm:${token}`);
  expect(addressOf("ios", "ab".repeat(32))).toBe(`apns:${"ab".repeat(32)}`);
  expect(channelDefinition("push").address({})).toBeNull();
  expect(channelDefinition("push").address({ pushTokens: [] })).toBeNull();
});

test("all tokens are addresses of the one delivery, the newest first, each once", () => {
  const pushTokens = [
    { platform: "ios", token: "old" },
    { platform: "android", token },
    { platform: "apns", token: "old" },
  ];
  expect(addressesOf("push", { pushTokens })).toEqual(["apns:old", `fcm:${token}`]);
  expect(addressesOf("push", {})).toEqual([]);
});

test.each([
  addressOf("android"),
  addressOf("apns", "ab".repeat(32)),
  addressOf("web", JSON.stringify(simulatedSubscription("ada"))),
])("%s can be one", (address) => expect(checkPushAddress(address)).toBeNull());

test.each([
  [addressOf("fridge"), /no push service has this platform/],
  ["", /no push service/],
  [addressOf("android", "short"), /no token of fcm/],
  [addressOf("android", `${token}\r\n`), /no token of fcm/],
  [addressOf("android", "a".repeat(2_301)), /no token of fcm/],
  [addressOf("web", "https://push.example/x"), /no token of webpush/],
  [addressOf("ios", token), /no token of apns/],
  [addressOf("ios", "abc".repeat(23)), /no token of apns/],
])("%j is none", (address, says) => {
  const refusal = checkPushAddress(address);
  expect(refusal).toMatchObject({ code: "invalid_address", detail: expect.stringMatching(says) });
  expect(refusal?.detail).not.toContain(token);
});
