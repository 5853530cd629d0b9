import { connect } from "node:net";
import { join } from "node:path";
import {
  type Embedded,
  type EmbeddedOptions,
  type KafkaCluster,
  type OnProgress,
  startEmbedded,
  startKafkaCluster,
} from "@pulsecourier/embedded";
import { type ConfigProblem, ConfigError } from "@pulsecourier/runtime";
import type { Progress } from "../terminal/progress.ts";
import type { Infrastructure } from "./dev-environment.ts";

const ANSWER_MS = 3_000;
const SERVERS = { kafka: "Kafka", postgres: "Postgres", redis: "Redis" };

export type Servers = {
  embedded: Embedded;
  /** Only when several brokers were asked for; `embedded` has no Kafka then. */
  cluster?: KafkaCluster;
  infrastructure: Infrastructure;
  close: () => Promise<void>;
};

type Options = {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  progress: Progress;
  /** Kafka brokers; one by default. */
  brokers?: number;
  preferredPorts?: EmbeddedOptions["preferredPorts"];
  signal?: AbortSignal;
};

/**
 * Starts the servers the environment names no address for; an address in it wins, one by one. Throws ConfigError
 * when nothing listens at one of them.
 */
export async function startServers(options: Options): Promise<Servers> {
  const { dataDir, env, progress, brokers = 1, preferredPorts, signal } = options;
  await checkAddresses(env);
  const onProgress = reportTo(progress);
  const clustered = brokers > 1 && !env["KAFKA_BROKERS"];
  const embedded = await startEmbedded({
    dataDir,
    env,
    kafka: !env["KAFKA_BROKERS"] && !clustered,
    postgres: !env["DATABASE_URL"],
    redis: !env["REDIS_URL"],
    ...(preferredPorts && { preferredPorts }),
    ...(signal === undefined ? {} : { signal }),
    onProgress,
  });
  try {
    const cluster = clustered
      ? await startKafkaCluster({ dataDir: join(dataDir, "brokers"), brokers, env, onProgress })
      : undefined;
    return {
      embedded,
      ...(cluster && { cluster }),
      infrastructure: {
        kafka: cluster?.brokers ?? embedded.kafka?.brokers ?? env["KAFKA_BROKERS"] ?? "",
        database: embedded.postgres?.url ?? env["DATABASE_URL"] ?? "",
        redis: embedded.redis?.url ?? env["REDIS_URL"] ?? "",
      },
      close: async () => {
        await Promise.all([embedded.close(), cluster?.close()]);
      },
    };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

function reportTo(progress: Progress): OnProgress {
  return ({ step, message, done, total, lasting }) => {
    if (lasting) progress.note(`${step in SERVERS ? `${step}: ` : ""}${message}`);
    else if (step === "download")
      progress.step("Fetching the servers", `${message} ${bytes(done, total)}`);
    else progress.step(capitalized(message), bytes(done, total));
  };
}

async function checkAddresses(env: NodeJS.ProcessEnv): Promise<void> {
  const [firstBroker] = (env["KAFKA_BROKERS"] ?? "").split(",");
  const problems = await Promise.all([
    check("KAFKA_BROKERS", firstBroker && `kafka://${firstBroker.trim()}`, 9092),
    check("DATABASE_URL", env["DATABASE_URL"], 5432),
    check("REDIS_URL", env["REDIS_URL"], 6379),
  ]);
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new ConfigError(found);
}

/** Why the server of a variable cannot be used, or null; an address may hold a password and is not repeated whole. */
async function check(
  name: string,
  address: string | undefined,
  usualPort: number,
): Promise<ConfigProblem | null> {
  if (!address) return null;
  const url = URL.parse(address);
  if (!url?.hostname) return { name, problem: "is not an address" };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || usualPort);
  const failure = await knock(host, port);
  if (failure === null) return null;
  return {
    name,
    problem: `nothing answers at ${host}:${port} (${failure}). Start it, or unset ${name} to use the embedded one`,
  };
}

function knock(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const end = (failure: string | null) => {
      socket.destroy();
      resolve(failure);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end(`no answer in ${ANSWER_MS / 1_000} s`));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const megabytes = (count: number) => (count / 1e6).toFixed(1);
const bytes = (done?: number, total?: number) =>
  done === undefined || total === undefined ? "" : `${megabytes(done)} of ${megabytes(total)} MB`;
