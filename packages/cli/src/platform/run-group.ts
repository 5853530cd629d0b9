import { createLogger } from "@pulsecourier/observability";
import { closeInOrder, ConfigError, runUntilSignal, type Service } from "@pulsecourier/runtime";
import { SERVICES, type ServiceName } from "./service-table.ts";

const DEADLINE_MS = 8_000;

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
  const services = await createAll();
  return {
    name: names.join("+"),
    start: async () => {
      const started = await Promise.all(services.map((service) => service.start()));
      const urls = Object.fromEntries(names.map((name, index) => [name, started[index]]));
      process.send?.({ type: "ready", services: urls });
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

async function createAll(): Promise<Service[]> {
  try {
    return await Promise.all(names.map((name) => SERVICES[name](process.env)));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${names.join(", ")}: ${error.message}\n`);
    return process.exit(2);
  }
}
