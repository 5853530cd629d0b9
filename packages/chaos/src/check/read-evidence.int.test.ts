import { randomUUID } from "node:crypto";
import { createDb, loadSecret } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { createSimulator, simulatorConfig } from "@pulsecourier/provider-simulator";
import { parseConfig } from "@pulsecourier/runtime";
import { testDatabase } from "@pulsecourier/testkit";
import { expect, test } from "vitest";
import type { SendRecord } from "../load/send-record.ts";
import { readEvidence } from "./read-evidence.ts";

/** More than a statement may have parameters. */
const MANY = 70_000;

test("the evidence of any number of sends can be read", async () => {
  const database = await testDatabase();
  const db = createDb({ url: database.url, max: 2, onError: () => undefined });
  const free = parseConfig(simulatorConfig, {
    SIMULATOR_PORT: "0",
    SIMULATOR_SMTP_PORT: "0",
    SIMULATOR_APNS_PORT: "0",
  });
  const logger = createLogger({ service: "test", level: "silent" });
  const simulator = createSimulator(free, { logger });
  const { url: simulatorUrl } = await simulator.start();
  const sends = Array.from({ length: MANY }, (_, index): SendRecord[] => {
    const sent = { channels: ["email"], result: "ok" } as const;
    const event = { source: "/chaos", id: `event-${index}`, rule: "chaos" };
    return [
      { ...sent, recipient: `many-adhoc-${index}`, notificationId: randomUUID() },
      { ...sent, recipient: `many-event-${index}`, event },
    ];
  }).flat();
  const secret = await loadSecret(db, "ids");
  await db.kysely
    .insertInto("routing.events")
    .values({
      tenant: "default",
      source: "/chaos",
      event_id: `event-${MANY - 1}`,
      type: "chaos",
      accepted_at: 1,
      catalog_revision: 1,
    })
    .execute();

  const evidence = await readEvidence(sends, "many", { db, secret, simulatorUrl });
  expect(evidence.sends).toHaveLength(2 * MANY);
  expect(evidence.sends.filter(({ expected }) => expected === null)).toHaveLength(MANY - 1);

  await Promise.all([simulator.close(), db.close()]);
  await database.close();
}, 60_000);
