import { expect, test } from "vitest";
import { missingFrom } from "./tell-story.ts";

const delivery = (channel: "email" | "sms", status: "sent" | "failed") => ({
  id: `${channel}-1`,
  channel,
  status,
  attempts: 1,
});
const expected = {
  robin: { statuses: ["sent" as const], reached: ["sms"] },
  kim: { statuses: ["cancelled" as const], reached: [] },
};

test("nothing is missing when each ended as expected and was reached through what was expected", () => {
  const views = [
    {
      recipient: "robin",
      status: "sent" as const,
      deliveries: [delivery("email", "failed"), delivery("sms", "sent")],
    },
    { recipient: "kim", status: "cancelled" as const, deliveries: [] },
  ];
  expect(missingFrom({ expected }, views)).toEqual([]);
});

test("another status, a channel too many and a notification that is not there are told", () => {
  const views = [
    { recipient: "robin", status: "failed" as const, deliveries: [delivery("email", "sent")] },
  ];
  expect(missingFrom({ expected }, views)).toEqual([
    "robin: notifications failed instead of sent",
    "robin: reached through email instead of sms",
    "kim: notifications none instead of cancelled",
  ]);
});
