import { freePort } from "@pulsecourier/embedded";
import { type ConfigProblem, ConfigError } from "@pulsecourier/runtime";
import type { Groups, ServiceName } from "./service-table.ts";

export type Infrastructure = { kafka: string; database: string; redis: string };

/** What listens where on one machine, unless the environment or a neighbour says otherwise. */
export const DEV_PORTS = {
  GATEWAY_PORT: 8080,
  REALTIME_PORT: 8081,
  ROUTER_PORT: 8082,
  SCHEDULER_PORT: 8083,
  TRACKER_PORT: 8084,
  SENDER_EMAIL_PORT: 8085,
  SENDER_INAPP_PORT: 8086,
  SENDER_SMS_PORT: 8087,
  SENDER_PUSH_PORT: 8088,
  SENDER_SLACK_PORT: 8089,
  SENDER_TELEGRAM_PORT: 8090,
  ORCHESTRATOR_PORT: 8092,
  SENDER_WEBHOOK_PORT: 8093,
  SENDER_WHATSAPP_PORT: 8091,
  SIMULATOR_PORT: 8025,
  SIMULATOR_SMTP_PORT: 1025,
  SIMULATOR_APNS_PORT: 2197,
};

/** Moves worth a line; the addresses of all are in `dev.json`. */
const TOLD = new Set(["GATEWAY_PORT", "REALTIME_PORT", "SIMULATOR_PORT"]);

/**
 * Environment for the services: the user's own, infrastructure filled in, ports moved where taken; moves of
 * what people open are noted. Throws ConfigError when a port the user chose is taken.
 */
export async function devEnvironment(
  user: NodeJS.ProcessEnv,
  infrastructure: Infrastructure,
  note: (line: string) => void,
): Promise<NodeJS.ProcessEnv> {
  const problems: ConfigProblem[] = [];
  const choose = async ([name, preferred]: [string, number]): Promise<[string, string]> => {
    const chosen = Number(user[name] || preferred);
    const port = await freePort(chosen);
    if (port === chosen) return [name, String(port)];
    if (user[name]) {
      problems.push({ name, problem: `port ${chosen} is taken; choose another or unset it` });
    } else if (TOLD.has(name)) {
      note(`${serviceOf(name)}: port ${chosen} is taken, using ${port} instead`);
    }
    return [name, String(port)];
  };
  const ports = Object.fromEntries(await Promise.all(Object.entries(DEV_PORTS).map(choose)));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    LOG_LEVEL: "warn",
    ...user,
    ...ports,
    KAFKA_BROKERS: infrastructure.kafka,
    DATABASE_URL: infrastructure.database,
    REDIS_URL: infrastructure.redis,
  };
}

/**
 * Ports of a group's own for services that a group before it runs, too; ports of `devEnvironment` go to the first.
 */
export async function ownPorts(plan: Groups, group: string): Promise<Record<string, string>> {
  const names = Object.keys(plan);
  const before = names.slice(0, names.indexOf(group)).flatMap((name) => plan[name] ?? []);
  const again = (plan[group] ?? []).filter((service) => before.includes(service));
  const ports = again.map(async (service) => [variableOf(service), String(await freePort())]);
  return Object.fromEntries(await Promise.all(ports));
}

const variableOf = (service: ServiceName) => `${service.toUpperCase().replaceAll("-", "_")}_PORT`;

const serviceOf = (variable: string) =>
  variable
    .replace(/_PORT$/, "")
    .toLowerCase()
    .replaceAll("_", "-");
