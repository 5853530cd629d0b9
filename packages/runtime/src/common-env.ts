import { z } from "zod";
import { csv, integer, logLevel, text, url } from "./env-types.ts";

/** Variables every service understands. Take what the service needs: `commonEnv.pick({...}).extend({...})`. */
export const commonEnv = z.object({
  LOG_LEVEL: logLevel().default("info").describe("How much is logged"),
  SHUTDOWN_DEADLINE_MS: integer({ min: 100, max: 600_000, unit: "ms" })
    .default(10_000)
    .describe("How long a stop may take before the process exits regardless"),
  KAFKA_BROKERS: csv().default(["127.0.0.1:9092"]).describe("Kafka bootstrap servers, host:port"),
  DATABASE_URL: url("postgres", "postgresql").meta({
    secret: true,
    description: "Postgres connection string",
  }),
  REDIS_URL: url("redis", "rediss").meta({ secret: true, description: "Redis connection string" }),
  TOPIC_PREFIX: text()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, {
      error: "expected lower-case letters, digits, dots, dashes",
    })
    .default("pulse")
    .describe("First part of every topic name"),
});
