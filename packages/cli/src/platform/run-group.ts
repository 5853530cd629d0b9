import { createLogger } from "@pulsecourier/observability";
import { closeInOrder, ConfigError, runUntilSignal, type Service } from "@pulsecourier/runtime";
import type { GroupMessage } from "./spawn-group.ts";
import { SERVICES, type ServiceName } from "./service-table.ts";

// At a terminal nobody waits for the ten seconds that services get elsewhere.
const DEADLINE_MS = Number(process.env["SHUTDOWN_DEADLINE_MS"] || 5_000);

/** Child process of the dev platform: runs the services named as arguments and reports their URLs. */
const names = process.argv.slice(2).map((name) => {
  if (!(name in SERVICES)) throw new Error(`There is no service called ${name}.`);
  return name as ServiceName;
});
const logger = createLogger({
  service: names.join("+"),
  level: process.env["LOG_LEVEL"] ?? "warn",
});

// A parent that was killed leaves no services behind.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));

await runUntilSignal(await createGroup(), { logger, shutdownDeadlineMs: DEADLINE_MS });

async function createGroup(): Promise<Service> {
  const services = await Promise.all(names.map((name) => SERVICES[name](process.env))).catch(
    giveUp,
  );
  return {
    name: names.join("+"),
    start: async () => {
      const started = await Promise.all(services.map((service) => service.start())).catch(giveUp);
      const urls = Object.fromEntries(names.map((name, index) => [name, started[index]]));
      tell({ type: "ready", services: urls });
      return { url: started[0]?.url ?? "" };
    },
    close: () =>
      closeInOrder(
        services.map((service) => [service.name, () => service.close()]),
        DEADLINE_MS,
        logger,
      ),
  };
}

/** Leaves it to the parent to say what went wrong. */
function giveUp(error: unknown): Promise<never> {
  logger.debug({ err: error }, "could not start");
  const { message, code } = error instanceof Error ? withCode(error) : { message: String(error) };
  const problems = error instanceof ConfigError ? error.problems : undefined;
  return new Promise(() => {
    tell({ type: "failed", message, code, problems }, () => process.exit(1));
  });
}

function withCode(error: Error & { code?: unknown }): { message: string; code?: string } {
  return typeof error.code === "string"
    ? { message: error.message || error.code, code: error.code }
    : { message: error.message };
}

function tell(message: GroupMessage, then: () => void = () => undefined): void {
  if (process.send === undefined) {
    process.stderr.write(`${JSON.stringify(message)}\n`);
    then();
  } else process.send(message, then);
}
