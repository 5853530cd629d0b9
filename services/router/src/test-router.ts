import { createCatalog, putEntry } from "@pulsecourier/catalog";
import {
  ADHOC_SOURCE,
  ADHOC_TYPE,
  type AdhocEvent,
  DeliveryRecord,
  type IdSecret,
  LifecycleFact,
  notificationId,
  RuleDefinition,
  SagaInput,
  STAMP,
  TemplateDefinition,
  topicNames,
} from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import { createLogger, createMetrics } from "@pulsecourier/observability";
import type { z } from "zod";
import { createBulkBudget } from "./decide/bulk-budget.ts";
import { createRouterMetrics } from "./metrics.ts";
import { routeEvents, type RouterContext } from "./route/route-events.ts";

export const topics = topicNames("test");
export const NOW = Date.parse("2026-03-01T12:00:00Z");

/** A router's core on a database of its own, without Kafka: records in, records out. */
export async function testRouter(
  database: { url: string; close(): Promise<void> },
  options: { perMinute?: number } = {},
) {
  const logger = createLogger({ service: "router", level: "silent" });
  const db = createDb({ url: database.url, onError: (err) => logger.warn({ err }, "broke") });
  const secret = await loadSecret(db, "ids");
  const clock = { now: NOW };
  const now = () => clock.now;
  const context = {
    db,
    catalog: createCatalog({ db }),
    secret,
    topics,
    group: "test.router",
    logger,
    now,
    budget: createBulkBudget({ perMinute: options.perMinute ?? 6_000, now }),
    findPresent: async () => () => false,
    metrics: createRouterMetrics(createMetrics("router")),
  };
  await db.kysely.insertInto("gateway.tenants").values({ id: "acme" }).execute();
  return {
    db,
    secret,
    clock,
    context,
    run: (...records: InRecord[]) => run(records, context),
    /** The same router with other means. */
    with: (changes: Partial<RouterContext>) => ({
      run: (...records: InRecord[]) => run(records, { ...context, ...changes }),
    }),
    putRule: (name: string, rule: z.input<typeof RuleDefinition>) =>
      putEntry(db, { tenant: "acme", kind: "rule", name, definition: RuleDefinition.parse(rule) }),
    putTemplate: (name: string, template: z.input<typeof TemplateDefinition>) => {
      const definition = TemplateDefinition.parse(template);
      return putEntry(db, { tenant: "acme", kind: "template", name, definition });
    },
    async putRecipient(id: string, profile: object, preferences?: object) {
      const own = { tenant: "acme", profile: JSON.stringify(profile) };
      await db.kysely
        .insertInto("directory.recipients")
        .values({ ...own, id })
        .execute();
      if (preferences === undefined) return;
      const row = { tenant: "acme", recipient: id, preferences: JSON.stringify(preferences) };
      await db.kysely.insertInto("directory.preferences").values(row).execute();
    },
    async decision(eventId: string) {
      const rows = db.kysely.selectFrom("routing.events").where("event_id", "=", eventId);
      return (await rows.select("decision").executeTakeFirstOrThrow()).decision;
    },
    async close() {
      await db.close();
      await database.close();
    },
  };
}

async function run(records: InRecord[], context: RouterContext) {
  const chunks: OutRecord[][] = [];
  for await (const chunk of routeEvents(records, context)) chunks.push(chunk);
  return { chunks, ...readOut(chunks.flat()) };
}

function readOut(out: OutRecord[]) {
  const json = (one: OutRecord): unknown => JSON.parse(String(one.value));
  const on = (part: string) => out.filter((one) => one.topic.includes(part));
  return {
    out,
    deliveries: on(".deliveries.").map((one) => DeliveryRecord.parse(json(one))),
    inputs: on(".sagas.").map((one) => SagaInput.parse(json(one))),
    facts: on(".lifecycle.").map((one) => LifecycleFact.parse(json(one))),
    deadLetters: on(".dlq."),
  };
}

let offset = 0n;

export function record(headers: Record<string, string>, value: string | Buffer): InRecord {
  offset += 1n;
  const place = { topic: topics.events("normal"), partition: 0, offset, timestamp: NOW };
  return { ...place, key: Buffer.from("k"), value: Buffer.from(value), headers };
}

/** An event as upstream writes it, without the gateway's stamps. */
export function event(id: string, data: object, headers: Record<string, string> = {}): InRecord {
  return record(
    {
      ce_specversion: "1.0",
      ce_id: id,
      ce_source: "/shop",
      ce_type: "order.shipped",
      ce_pulsetenant: "acme",
      "content-type": "application/json",
      ...headers,
    },
    JSON.stringify(data),
  );
}

/** An ad-hoc request as the gateway writes it. */
export function adhoc(
  id: string,
  request: Partial<z.input<typeof AdhocEvent>>,
  headers: Record<string, string> = {},
): InRecord {
  const value = { lane: "normal", content: { title: "Hi", body: "there" }, ...request };
  return event(id, value, {
    ce_type: ADHOC_TYPE,
    ce_source: ADHOC_SOURCE,
    [STAMP.acceptedAt]: String(NOW - 1_000),
    ...headers,
  });
}

/** The id the gateway answered for a recipient of an ad-hoc request. */
export function adhocId(
  { secret }: { secret: IdSecret },
  eventId: string,
  recipient: string,
): string {
  const of = { tenant: "acme", acceptedAt: NOW - 1_000, source: ADHOC_SOURCE, rule: "" };
  return notificationId(secret, { ...of, eventId, recipient });
}
