import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newOwner, startTestRealtime, type TestRealtime } from "./test-realtime.ts";

let realtime: TestRealtime;
beforeAll(async () => {
  realtime = await startTestRealtime();
});
afterAll(() => realtime.close());

const becomes = (owner: ReturnType<typeof newOwner>, present: boolean) =>
  eventually(async () => expect(await realtime.isPresent(owner)).toBe(present));

test("who is connected is present until the last of their sockets is gone", async () => {
  const owner = newOwner();
  expect(await realtime.isPresent(owner)).toBe(false);
  const first = await realtime.join(owner);
  const second = await realtime.join(owner);
  await becomes(owner, true);
  expect(await realtime.isPresent({ ...owner, tenant: "other" })).toBe(false);
  first.close();
  second.close();
  await becomes(owner, false);
});

test("what one hub says of somebody who left it, another corrects that still has them", async () => {
  const owner = newOwner();
  const here = await realtime.another({}, { compareEveryMs: 50 });
  const there = await realtime.another();
  const staying = await realtime.join(owner, here);
  const leaving = await realtime.join(owner, there);
  leaving.close();
  await there.close();
  await becomes(owner, true);
  staying.close();
  await becomes(owner, false);
});
