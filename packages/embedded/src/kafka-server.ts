import { execFile } from "node:child_process";
import { access, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { ServerRecipe } from "./embedded-server.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { type KafkaNode, kafkaProperties } from "./kafka-properties.ts";

const run = promisify(execFile);

// Tuned for a quick start, a small footprint and short pauses, not for throughput under many cores.
const jvmFlags = [
  "-Xms96m",
  // The serial collector stops the broker for 150 ms at a time, and with it every notification.
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:TieredStopAtLevel=1",
  "-XX:-UsePerfData",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
  "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
];
// Any 16 bytes in base64; a node only refuses to join a cluster with another id.
const clusterId = "cHVsc2Vjb3VyaWVyLTEyMw";

export interface KafkaServerOptions {
  readonly dir: string;
  readonly java: string;
  readonly jars: readonly string[];
  readonly node: KafkaNode;
  /** Every node of the cluster, this one included. */
  readonly cluster: readonly KafkaNode[];
  readonly overrides?: Readonly<Record<string, string>> | undefined;
  readonly maxHeapMb: number;
}

/** Writes the configuration, formats the storage on first use, and says how to run the broker. */
export async function prepareKafka(options: KafkaServerOptions): Promise<ServerRecipe> {
  const { dir, java, node, cluster, overrides } = options;
  const logDir = join(dir, "data");
  const properties = join(dir, "server.properties");
  await mkdir(dir, { recursive: true });
  await writeFile(properties, kafkaProperties({ node, cluster, logDir, overrides }));

  const jvm = [...jvmFlags, `-Xmx${options.maxHeapMb}m`, "-cp", options.jars.join(delimiter)];
  await formatOnce(java, jvm, { logDir, properties });
  return {
    name: cluster.length === 1 ? "kafka" : `kafka-${node.id}`,
    command: java,
    args: [...jvm, "kafka.Kafka", properties],
    cwd: dir,
    logFile: join(dir, "kafka.log"),
    stopSignal: "SIGTERM",
    isReady: async (_pid, log) => log.includes("Kafka Server started"),
  };
}

async function formatOnce(
  java: string,
  jvm: readonly string[],
  { logDir, properties }: { logDir: string; properties: string },
): Promise<void> {
  const formatted = await access(join(logDir, "meta.properties")).then(
    () => true,
    () => false,
  );
  if (formatted) return;
  const format = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties];
  await run(java, [...jvm, ...format, "--ignore-formatted"]).catch((error: unknown) => {
    throw new EmbeddedError(
      "server_failed",
      `Kafka's storage could not be formatted: ${String(error)}`,
    );
  });
}
