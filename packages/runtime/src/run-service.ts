import { createLogger } from "@pulsecourier/observability";
import type { z } from "zod";
import { commonEnv } from "./common-env.ts";
import { ConfigError, parseConfig, type Env } from "./parse-config.ts";
import { runUntilSignal, type Service } from "./run-until-signal.ts";

const lifecycleEnv = commonEnv.pick({ LOG_LEVEL: true, SHUTDOWN_DEADLINE_MS: true });

/**
 * A service's whole `main.ts`: reads the environment, starts the service and runs it until it is told to stop.
 * An unusable environment prints every problem and exits with 2; other exit codes are `runUntilSignal`'s.
 */
export async function runService<Shape extends z.ZodRawShape>(
  name: string,
  schema: z.ZodObject<Shape>,
  create: (config: z.output<z.ZodObject<Shape>>) => Service | Promise<Service>,
): Promise<void> {
  const { config, lifecycle } = readOrExit(name, schema, process.env);
  const logger = createLogger({ service: name, level: lifecycle.LOG_LEVEL });
  try {
    await runUntilSignal(await create(config), {
      logger,
      shutdownDeadlineMs: lifecycle.SHUTDOWN_DEADLINE_MS,
    });
  } catch (err) {
    logger.fatal({ err }, `${name} could not be created`);
    process.exit(1);
  }
}

function readOrExit<Shape extends z.ZodRawShape>(
  name: string,
  schema: z.ZodObject<Shape>,
  env: Env,
) {
  try {
    return { config: parseConfig(schema, env), lifecycle: parseConfig(lifecycleEnv, env) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    return process.exit(2);
  }
}
