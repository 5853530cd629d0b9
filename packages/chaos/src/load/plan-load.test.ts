import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { planLoad } from "./plan-load.ts";

const plan = (seed: string) =>
  planLoad({ prefix: "p", messages: 300, durationMs: 1_000, random: createRandom(seed) });

test("the same seed plans the same sends", () => {
  expect(plan("one")).toEqual(plan("one"));
  expect(plan("one")).not.toEqual(plan("other"));
});

test("every message has a recipient of its own, in time and through every way", () => {
  const planned = plan("one");
  const recipients = planned.flatMap((send) =>
    send.way === "batch"
      ? send.messages.map(({ recipient }) => recipient)
      : [send.message.recipient],
  );
  expect(recipients.length).toBeGreaterThanOrEqual(300);
  expect(new Set(recipients).size).toBe(recipients.length);
  expect(new Set(planned.map(({ way }) => way)).size).toBe(4);
  expect(
    planned.every(({ atMs }, at) => atMs <= 1_000 && atMs >= (planned[at - 1]?.atMs ?? 0)),
  ).toBe(true);
});
