import { freePort } from "@pulsecourier/embedded";

export type Infrastructure = { kafka: string; database: string; redis: string };

const PORTS = {
  GATEWAY_PORT: 8080,
  REALTIME_PORT: 8081,
  ROUTER_PORT: 8082,
  SCHEDULER_PORT: 8083,
  TRACKER_PORT: 8084,
  SENDER_EMAIL_PORT: 8085,
  SENDER_INAPP_PORT: 8086,
  SIMULATOR_PORT: 8025,
  SIMULATOR_SMTP_PORT: 1025,
};

/** Environment for the services: the user's own, infrastructure filled in, ports moved where taken. */
export async function devEnvironment(
  user: NodeJS.ProcessEnv,
  infrastructure: Infrastructure,
): Promise<NodeJS.ProcessEnv> {
  const ports = await Promise.all(
    Object.entries(PORTS).map(async ([name, port]) => [
      name,
      user[name] ?? String(await freePort(port)),
    ]),
  );
  return {
    LOG_LEVEL: "warn",
    ...Object.fromEntries(ports),
    ...user,
    KAFKA_BROKERS: infrastructure.kafka,
    DATABASE_URL: infrastructure.database,
    REDIS_URL: infrastructure.redis,
  };
}

/**
 * Points the senders at the simulator: its own accounts for sandbox tenants always, and the default accounts
 * unless the user configured providers.
 */
export function withSimulator(
  env: NodeJS.ProcessEnv,
  simulator: { url: string; smtpUrl?: string },
): NodeJS.ProcessEnv {
  const accounts = {
    EMAIL_PROVIDERS: "sendgrid,smtp",
    SENDGRID_API_KEY: "SG.simulator",
    SENDGRID_BASE_URL: simulator.url,
    SMTP_URL: simulator.smtpUrl ?? "",
  };
  const sandbox = Object.entries(accounts).map(([name, value]) => [`SANDBOX_${name}`, value]);
  const configured = env["EMAIL_PROVIDERS"] !== undefined;
  return {
    ...env,
    ...(configured ? {} : accounts),
    ...Object.fromEntries(sandbox),
    PUBLIC_URL: env["PUBLIC_URL"] ?? `http://127.0.0.1:${env["GATEWAY_PORT"]}`,
  };
}
