import { commonEnv, integer, port, text } from "@pulsecourier/runtime";
import { z } from "zod";

export const simulatorConfig = commonEnv
  .pick({ LOG_LEVEL: true, SHUTDOWN_DEADLINE_MS: true })
  .extend({
    SIMULATOR_HOST: text()
      .default("127.0.0.1")
      .describe("Address to listen on; keep it on loopback"),
    SIMULATOR_PORT: port().default(8025).describe("Page, control API and HTTP providers"),
    SIMULATOR_SMTP_PORT: port().default(1025).describe("SMTP server"),
    SIMULATOR_JOURNAL: text()
      .optional()
      .describe("File that every message is appended to, one JSON object a line"),
    SIMULATOR_JOURNAL_ENTRIES: integer({ min: 1_000, max: 5_000_000, unit: "messages" })
      .default(250_000)
      .describe("How many messages are kept in memory"),
  });

export type SimulatorConfig = z.output<typeof simulatorConfig>;
