import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { hasEnded, type NotificationView } from "@pulsecourier/contracts";
import { createDb, type Db, travel } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send } from "./until-end.ts";

const PEOPLE = 6;
const ITEMS = 15;
let platform: TestPlatform;
let db: Db;
beforeAll(async () => {
  platform = await startTestPlatform({
    groups: {
      ingest: ["gateway", "router", "scheduler"],
      "orchestrator-1": ["orchestrator"],
      "orchestrator-2": ["orchestrator"],
      deliver: ["sender-email", "tracker"],
      simulator: ["provider-simulator"],
    },
  });
  db = createDb({ url: platform.dev.database, onError: () => undefined });
  const email = { subject: "{{digest.count}}", text: "{{digest.count}}" };
  await platform.api.put("/v1/templates/many", { channels: { email } });
  await platform.api.put("/v1/workflows/many", {
    steps: [
      { type: "digest", name: "collect", window: { type: "fixed", for: "PT1H" } },
      { type: "send", name: "tell", template: "many", channels: ["email"] },
    ],
  });
}, 90_000);
afterAll(async () => {
  await db.close();
  await platform.close();
});

async function crash(nth: number): Promise<void> {
  const name = `orchestrator-${1 + (nth % 2)}`;
  await delay(randomInt(400));
  await platform.kill(name);
  await platform.restart(name);
}

/** What an address has got: how many items each mail says it has. */
async function mailsTo(address: string): Promise<number[]> {
  const answer = await fetch(`${platform.dev.simulator}/__sim/messages?to=${address}`);
  const { data }: { data: { subject: string }[] } = JSON.parse(await answer.text());
  return data.map(({ subject }) => Number(subject));
}

test("kill -9 of either of two orchestrators, while items come and while windows close: each is in one mail", async () => {
  const to = Array.from({ length: PEOPLE }, (_, nth) => ({ email: `many-${nth}@example.com` }));
  const ids: string[] = [];
  for (let nth = 0; nth < ITEMS; nth += 1) {
    ids.push(...(await send(platform.api, { to, workflow: "many", data: { nth } })));
    if (nth % 5 === 2) await crash(nth);
  }
  await eventually(
    async () => {
      const { rowCount } = await db.pool.query("select from saga.digest_items");
      expect(rowCount).toBe(PEOPLE * ITEMS);
    },
    { timeoutMs: 40_000 },
  );
  await travel(db, "PT1H");
  await crash(0);
  await crash(1);
  const views = await eventually(
    async () => {
      const all = await Promise.all(
        ids.map((id) => platform.api.get<NotificationView>(`/v1/notifications/${id}`)),
      );
      const open = all.filter(({ status }) => !hasEnded(status));
      if (open.length > 0) throw new Error(`${open.length} open: ${JSON.stringify(open[0])}`);
      return all;
    },
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  for (const { email } of to) expect(await mailsTo(email)).toEqual([ITEMS]);
  const carriers = views.filter(({ status }) => status === "sent").map(({ id }) => id);
  expect(carriers).toHaveLength(PEOPLE);
  for (const { carriedBy } of views.filter(({ status }) => status === "suppressed"))
    expect(carriers).toContain(carriedBy);
}, 150_000);
