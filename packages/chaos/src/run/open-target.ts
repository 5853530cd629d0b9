import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createApi, DEV_PORTS, instancesOf, type Platform, startPlatform } from "@pulsecourier/cli";
import { topicNames } from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import { ANY_PORTS, type EmbeddedServer, freePort } from "@pulsecourier/embedded";
import { createKafka, createProducer } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { Kafka as KafkaJs, logLevel } from "kafkajs";
import { ONE_ACCOUNT } from "../email-accounts.ts";
import type { Topology } from "../fault.ts";
import { putCatalog } from "../load/catalog.ts";
import { superviseServices } from "../service-processes.ts";
import { simulatorAt } from "../simulator.ts";
import type { Target } from "../target.ts";

export type OpenTarget = Target & {
  /** A gateway; each call names the next of them. */
  gateway: () => string;
  /** Services that ended by themselves since this was last asked. */
  exits: () => string[];
  close: () => Promise<void>;
};

const CALL_SLOTS = 64;
/** What a service has by default. */
const SHUTDOWN_DEADLINE_MS = 10_000;
const TOPIC_PREFIX = "pulse";
const silent = createLogger({ service: "chaos", level: "silent" });
/** The simulator's HTTP port is kept: it may be started again. */
const PORTS = Object.keys(DEV_PORTS).filter((name) => name !== "SIMULATOR_PORT");

/** Starts a platform with servers of its own in `dataDir`, each service in processes of its own. */
export async function openTarget(o: { dataDir: string; topology: Topology }): Promise<OpenTarget> {
  const { dataDir, topology } = o;
  const output = createWriteStream(join(dataDir, "services.log"), { flags: "a" });
  // Each process that is started again adds some.
  output.setMaxListeners(0);
  const platform = await startPlatform({
    dataDir,
    env: await environment(),
    progress: { step: () => undefined, done: () => undefined, note: () => undefined },
    groups: instancesOf(topology === "cluster" ? 2 : 1),
    brokers: topology === "cluster" ? 3 : 1,
    preferredPorts: ANY_PORTS,
    output,
  });
  const exited: string[] = [];
  const services = superviseServices(platform, (name) => exited.push(name));
  const clients = await connect(platform);
  const gateways = services.of("gateway").map((name) => platform.instances[name]?.["gateway"]?.url);
  let turn = 0;
  return {
    topology,
    services,
    ...serversOf(platform),
    ...clients,
    simulator: simulatorAt(platform.dev.simulator),
    dev: platform.dev,
    gateway: () => gateways[(turn += 1) % gateways.length] ?? platform.dev.gateway,
    topicPrefix: TOPIC_PREFIX,
    callSlots: CALL_SLOTS,
    shutdownDeadlineMs: SHUTDOWN_DEADLINE_MS,
    exits: () => exited.splice(0),
    async close() {
      services.close();
      await Promise.allSettled([
        clients.producer.close(),
        clients.admin.disconnect(),
        clients.db.close(),
      ]);
      await platform.close();
    },
  };
}

/** One provider account and no second one to go to; short leases, so that what a crash left is soon taken up. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const own = await Promise.all(PORTS.map(async (name) => [name, String(await freePort())]));
  const simulatorPort = String(await freePort());
  return {
    ...process.env,
    ...Object.fromEntries(own),
    KAFKA_BROKERS: undefined,
    DATABASE_URL: undefined,
    REDIS_URL: undefined,
    LOG_LEVEL: process.env["LOG_LEVEL"] || "info",
    SIMULATOR_PORT: simulatorPort,
    ...ONE_ACCOUNT,
    SENDGRID_API_KEY: "SG.simulator",
    SENDGRID_BASE_URL: `http://127.0.0.1:${simulatorPort}`,
    SEND_CONCURRENCY: String(CALL_SLOTS),
    SHUTDOWN_DEADLINE_MS: String(SHUTDOWN_DEADLINE_MS),
    BULK_DEMOTE_PER_MINUTE: "10000000",
    TOPIC_PREFIX,
  };
}

async function connect({ dev }: Platform) {
  const brokers = dev.kafka.split(",");
  const kafka = createKafka({ brokers, clientId: "upstream", logger: silent });
  const admin = new KafkaJs({ brokers, clientId: "chaos", logLevel: logLevel.NOTHING }).admin();
  const db = createDb({ url: dev.database, max: 4, onError: () => undefined });
  const api = createApi(dev.gateway, dev.apiKey);
  const [producer, secret] = await Promise.all([
    createProducer({ kafka }),
    loadSecret(db, "ids"),
    admin.connect(),
    putCatalog(api),
  ]);
  return { kafka, admin, db, api, producer, secret, topics: topicNames(TOPIC_PREFIX) };
}

function serversOf({ embedded, cluster }: Platform) {
  const { kafka, postgres, redis } = embedded;
  const brokers: readonly EmbeddedServer[] = cluster?.nodes ?? (kafka ? [kafka] : []);
  if (!postgres || !redis || brokers.length === 0)
    throw new Error("A platform without servers of its own cannot be harmed.");
  return { brokers, postgres, redis };
}
