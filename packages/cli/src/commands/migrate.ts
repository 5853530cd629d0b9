import { migrate } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { commonEnv, integer, parseConfig } from "@pulsecourier/runtime";
import { createTopics } from "../platform/create-topics.ts";

/** Environment of `pulse migrate`. */
export const migrateConfig = commonEnv
  .pick({ KAFKA_BROKERS: true, DATABASE_URL: true, TOPIC_PREFIX: true })
  .extend({
    KAFKA_PARTITIONS: integer({ min: 1, max: 1_000, unit: "partitions" })
      .default(12)
      .describe(
        "Of each event, delivery and lifecycle topic; retry topics get a quarter, dead letters one",
      ),
    KAFKA_REPLICATION: integer({ min: 1, max: 7, unit: "replicas" })
      .default(3)
      .describe("Of every topic; no more than there are brokers"),
  });

/** `pulse migrate`: brings database and topics of a deployment up to date; run it before the services. */
export async function migrateDeployment(): Promise<number> {
  const config = parseConfig(migrateConfig, process.env);
  await migrate(config.DATABASE_URL);
  await createTopics({
    brokers: config.KAFKA_BROKERS,
    prefix: config.TOPIC_PREFIX,
    partitions: config.KAFKA_PARTITIONS,
    replication: config.KAFKA_REPLICATION,
    logger: createLogger({ service: "migrate" }),
  });
  process.stdout.write("Database and topics are up to date.\n");
  return 0;
}
