import type { Writable } from "node:stream";
import { migrate } from "@pulsecourier/db";
import type { Embedded } from "@pulsecourier/embedded";
import { createLogger } from "@pulsecourier/observability";
import type { Progress } from "../terminal/progress.ts";
import { createTopics } from "./create-topics.ts";
import { devEnvironment, type Infrastructure, withSimulator } from "./dev-environment.ts";
import type { DevFile } from "./dev-file.ts";
import { prepareKeys } from "./dev-keys.ts";
import { createGroupSet, type GroupSet } from "./group-set.ts";
import { type Groups, GROUPS } from "./service-table.ts";
import type { Started } from "./spawn-group.ts";
import { startServers } from "./start-servers.ts";

export type Platform = Pick<GroupSet, "kill" | "restart" | "ended"> & {
  dev: DevFile;
  embedded: Embedded;
  /** Stops services first, then the servers. */
  close: () => Promise<void>;
};

export type PlatformOptions = {
  /** Data of the embedded servers and the keys. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  progress: Progress;
  /** Partitions of event, delivery and lifecycle topics; default 4. */
  partitions?: number;
  /** Which services share a process. */
  groups?: Groups;
  /** Where the services print; this process's own output when left out. */
  output?: Writable;
};

/** Starts servers, schema, topics and services on this machine; rejects with one message when a part cannot. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { dataDir, progress } = options;
  const plan: Groups = options.groups ?? GROUPS;
  const { embedded, infrastructure } = await startServers(options);
  const groups = createGroupSet(plan, options.output);
  const close = async () => {
    await groups.close();
    await embedded.close();
  };
  try {
    const env = await devEnvironment(options.env, infrastructure);
    progress.step("Preparing database and topics");
    const [{ "provider-simulator": provider }] = await Promise.all([
      groups.start("simulator", env),
      migrate(infrastructure.database),
      prepareTopics(infrastructure, options),
    ]);
    if (provider === undefined) throw new Error("The simulator reported no address.");
    progress.step("Starting services");
    const withAccounts = withSimulator(env, provider);
    const names = Object.keys(plan).filter((name) => name !== "simulator");
    const [keys, ...started] = await Promise.all([
      prepareKeys(dataDir, infrastructure.database),
      ...names.map((name) => groups.start(name, withAccounts)),
    ]);
    const services: Started = Object.assign({}, ...started);
    const dev = {
      ...addresses(services),
      simulator: provider.url,
      ...infrastructure,
      ...keys,
      pid: process.pid,
    };
    const { kill, restart, ended } = groups;
    return { dev, embedded, kill, restart, ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addresses(services: Started): Pick<DevFile, "gateway" | "realtime" | "services"> {
  return {
    gateway: services["gateway"]?.url ?? "",
    realtime: `${services["realtime"]?.url.replace("http", "ws")}/v1/realtime`,
    services: Object.fromEntries(Object.entries(services).map(([name, { url }]) => [name, url])),
  };
}

function prepareTopics(
  { kafka }: Infrastructure,
  { env, partitions = 4 }: PlatformOptions,
): Promise<void> {
  return createTopics({
    brokers: kafka.split(","),
    prefix: env["TOPIC_PREFIX"] ?? "pulse",
    partitions,
    replication: 1,
    logger: createLogger({ service: "topics", level: "error" }),
  });
}
