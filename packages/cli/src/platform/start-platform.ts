import type { Writable } from "node:stream";
import { migrate } from "@pulsecourier/db";
import type { Embedded, EmbeddedOptions, KafkaCluster } from "@pulsecourier/embedded";
import { createLogger } from "@pulsecourier/observability";
import { messageOf } from "../message-of.ts";
import type { Progress } from "../terminal/progress.ts";
import { createTopics } from "./create-topics.ts";
import type { Infrastructure } from "./dev-environment.ts";
import type { DevFile } from "./dev-file.ts";
import { type DevKeys, prepareKeys } from "./dev-keys.ts";
import type { GroupSet } from "./group-set.ts";
import { type Groups, GROUPS } from "./service-table.ts";
import type { Started } from "./spawn-group.ts";
import { startServers } from "./start-servers.ts";
import { startServices } from "./start-services.ts";

export type Platform = Omit<GroupSet, "start" | "close"> & {
  /** Where a service runs several times, the addresses of its first. */
  dev: DevFile;
  /** Ops addresses of every service of every group, by group and service. */
  instances: Record<string, Started>;
  embedded: Embedded;
  /** The brokers, when there are several. */
  cluster?: KafkaCluster;
  /** Stops the services, then the simulator, then the servers. */
  close: () => Promise<void>;
};

export type PlatformOptions = {
  /** Data of the embedded servers and the keys. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  progress: Progress;
  /** Partitions of event, delivery and lifecycle topics; default 4. */
  partitions?: number;
  /** Kafka brokers; one by default. With three every record is written to all, and two must have it. */
  brokers?: number;
  /** What the embedded servers listen on when it is free. */
  preferredPorts?: EmbeddedOptions["preferredPorts"];
  /** Which services share a process; a service may be in several groups. */
  groups?: Groups;
  /** The simulator reports what became of messages, as providers do; otherwise they stay `sent`. */
  receipts?: boolean;
  /** Where the services print; this process's own output when left out. */
  output?: Writable;
  /** Aborted, a start under way is given up and everything it started is stopped. */
  signal?: AbortSignal;
};

/** Starts servers, schema, topics and services on this machine; rejects with one message when a part cannot. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { env, progress, groups: plan = GROUPS, output } = options;
  const { embedded, cluster, infrastructure, ...servers } = await startServers(options);
  try {
    options.signal?.throwIfAborted();
    progress.step("Preparing database and topics");
    const prepare = () => prepareServers(options, infrastructure);
    const services = await startServices({
      dataDir: options.dataDir,
      env,
      infrastructure,
      progress,
      plan,
      prepare,
      output,
      receipts: options.receipts ?? false,
    });
    const { start: _, close, ...groups } = services.groups;
    return {
      dev: {
        ...addresses(services.started),
        simulator: services.simulator,
        ...infrastructure,
        ...services.prepared,
        pid: process.pid,
      },
      instances: services.started,
      embedded,
      ...(cluster && { cluster }),
      ...groups,
      close: async () => {
        await close();
        await servers.close();
      },
    };
  } catch (error) {
    await servers.close();
    throw error;
  }
}

function addresses(
  instances: Record<string, Started>,
): Pick<DevFile, "gateway" | "realtime" | "services"> {
  const services: Started = {};
  for (const [name, one] of Object.values(instances).flatMap((group) => Object.entries(group)))
    services[name] ??= one;
  return {
    gateway: services["gateway"]?.url ?? "",
    realtime: `${services["realtime"]?.url.replace("http", "ws")}/v1/realtime`,
    services: Object.fromEntries(Object.entries(services).map(([name, { url }]) => [name, url])),
  };
}

async function prepareServers(
  { dataDir, env, partitions = 4, brokers = 1 }: PlatformOptions,
  { kafka, database }: Infrastructure,
): Promise<DevKeys> {
  const [keys] = await Promise.all([
    naming("DATABASE_URL", async () => {
      await migrate(database);
      return prepareKeys(dataDir, database);
    }),
    naming("KAFKA_BROKERS", () =>
      createTopics({
        brokers: kafka.split(","),
        prefix: env["TOPIC_PREFIX"] || "pulse",
        partitions,
        replication: Math.min(3, brokers),
        logger: createLogger({ service: "topics", level: "silent" }),
      }),
    ),
  ]);
  return keys;
}

/** A server that refuses is told by the variable that names it. */
async function naming<T>(variable: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`The server of ${variable} refuses: ${messageOf(error)}`, { cause: error });
  }
}
