import { join, resolve } from "node:path";
import { defaultCacheDir } from "./cache-dir.ts";
import { claimDataDir } from "./claim-data-dir.ts";
import { createEmbeddedServer, type EmbeddedServer } from "./embedded-server.ts";
import { findJava } from "./find-java.ts";
import { freePort } from "./free-port.ts";
import { startGuardian } from "./guardian-client.ts";
import type { KafkaNode } from "./kafka-properties.ts";
import { prepareKafka } from "./kafka-server.ts";
import { ensureArtifacts } from "./maven-artifacts.ts";
import lock from "./maven-lock.json" with { type: "json" };
import type { OnProgress } from "./progress.ts";

export interface KafkaClusterOptions {
  /** Data, logs and configuration of the brokers; created when absent, its ports are new each time. */
  readonly dataDir: string;
  /** How many; three tolerate the loss of one. */
  readonly brokers: number;
  /** Where downloads are kept; the user's cache directory by default. */
  readonly cacheDir?: string;
  readonly onProgress?: OnProgress;
  /** Lines of server.properties that replace the defaults on every broker. */
  readonly kafkaProperties?: Readonly<Record<string, string>>;
  /** JAVA_HOME, PATH, MAVEN_REPOSITORY_URL and the cache directory are read from it. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface KafkaCluster {
  /** A comma-separated list of `host:port`. */
  readonly brokers: string;
  /** Each is broker and controller; `id` is its node id, as topic metadata names leaders. */
  readonly nodes: readonly (EmbeddedServer & { readonly id: number })[];
  /** Stops every broker; resolves when none of their processes is left. */
  close(): Promise<void>;
}

// A test's load on three brokers; a single one gets more.
const maxHeapMb = 256;

/**
 * Starts a Kafka cluster on 127.0.0.1 for tests of what only several brokers can do: every topic
 * is replicated to up to three of them, and a write needs all but one. Lives and ends as
 * `startEmbedded` says. Throws `EmbeddedError`.
 */
export async function startKafkaCluster(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const dataDir = resolve(options.dataDir);
  const env = options.env ?? process.env;
  const cacheDir = options.cacheDir ?? defaultCacheDir(env);
  const onProgress = options.onProgress ?? (() => undefined);
  await claimDataDir(dataDir);
  const guardian = await startGuardian(dataDir, env);
  try {
    const [java, jars, cluster] = await Promise.all([
      findJava({ cacheDir, env, onProgress }),
      ensureArtifacts(lock.kafka, {
        dir: join(cacheDir, "kafka-4.3.1"),
        repositoryUrl: env.MAVEN_REPOSITORY_URL,
        onProgress,
      }),
      chooseNodes(options.brokers),
    ]);
    onProgress({ step: "kafka", message: `starting ${options.brokers} Kafka brokers` });
    const overrides = options.kafkaProperties;
    const nodes = await Promise.all(
      cluster.map(async (node) => {
        const dir = join(dataDir, `kafka-${node.id}`);
        const recipe = await prepareKafka({ dir, java, jars, node, cluster, overrides, maxHeapMb });
        return Object.assign(createEmbeddedServer(guardian, recipe), { id: node.id });
      }),
    );
    // Together, since the first two wait for each other.
    await Promise.all(nodes.map((node) => node.start()));
    const addresses = cluster.map((node) => `127.0.0.1:${node.brokerPort}`);
    return {
      brokers: addresses.join(","),
      nodes,
      async close() {
        // Asked in good order, the last ones would wait in vain for others to take over.
        await Promise.all(nodes.map((node) => node.kill()));
        await guardian.close();
      },
    };
  } catch (error) {
    await guardian.close();
    throw error;
  }
}

async function chooseNodes(count: number): Promise<KafkaNode[]> {
  const ports = new Set<number>();
  while (ports.size < 2 * count) ports.add(await freePort());
  const chosen = [...ports];
  return Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    brokerPort: chosen[2 * at] ?? 0,
    controllerPort: chosen[2 * at + 1] ?? 0,
  }));
}
