import { join, resolve } from "node:path";
import { defaultCacheDir } from "./cache-dir.ts";
import { claimDataDir } from "./claim-data-dir.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { createEmbeddedServer, type EmbeddedServer, type ServerRecipe } from "./embedded-server.ts";
import { findJava } from "./find-java.ts";
import { findRedis } from "./find-redis.ts";
import { freePort } from "./free-port.ts";
import { type Guardian, startGuardian } from "./guardian-client.ts";
import { prepareKafka } from "./kafka-server.ts";
import { type ArtifactSource, ensureArtifacts } from "./maven-artifacts.ts";
import lock from "./maven-lock.json" with { type: "json" };
import { preparePostgres } from "./postgres-server.ts";
import type { OnProgress } from "./progress.ts";
import { prepareRedis } from "./redis-server.ts";

/** None is preferred. One of the usual ports another start would take while the server that had it is down. */
export const ANY_PORTS = { kafka: 0, postgres: 0, redis: 0 } as const;

export interface EmbeddedOptions {
  /** Data, logs and configuration of the servers; created when absent. */
  readonly dataDir: string;
  /** Which servers to start; all by default. */
  readonly kafka?: boolean;
  readonly postgres?: boolean;
  readonly redis?: boolean;
  /** Where downloads are kept; the user's cache directory by default. */
  readonly cacheDir?: string;
  readonly onProgress?: OnProgress;
  /** Taken when free; 0 asks for any. Defaults: 9092, 5432, 6379. */
  readonly preferredPorts?: {
    readonly kafka?: number;
    readonly postgres?: number;
    readonly redis?: number;
  };
  /** Lines of server.properties that replace the defaults. */
  readonly kafkaProperties?: Readonly<Record<string, string>>;
  /** Postgres settings that replace the defaults, such as `{ fsync: 'off' }`. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** JAVA_HOME, PATH, MAVEN_REPOSITORY_URL and the cache directory are read from it. */
  readonly env?: NodeJS.ProcessEnv;
  /** Aborted, a start under way is given up: what already runs is stopped, then the start rejects. */
  readonly signal?: AbortSignal;
}

export interface Embedded {
  /** `brokers` is a comma-separated list of `host:port`. */
  readonly kafka?: EmbeddedServer & { readonly brokers: string };
  readonly postgres?: EmbeddedServer & { readonly url: string };
  readonly redis?: EmbeddedServer & { readonly url: string };
  /** Stops every server; resolves when none of their processes is left. */
  close(): Promise<void>;
}

interface Start {
  readonly guardian: Guardian;
  readonly options: EmbeddedOptions;
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
}

/**
 * Starts real Kafka, Postgres and Redis on 127.0.0.1, for development and tests: no passwords, one
 * broker. They outlive Ctrl-C in the terminal until `close`, and end by themselves when this
 * process dies, however it dies. A second start on the same data directory waits for the first
 * one's servers to end. Throws `EmbeddedError`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  const env = options.env ?? process.env;
  await claimDataDir(dataDir);
  const guardian = await startGuardian(dataDir, env);
  const cacheDir = options.cacheDir ?? defaultCacheDir(env);
  const onProgress = options.onProgress ?? (() => undefined);
  const start: Start = { guardian, options, dataDir, cacheDir, env, onProgress };

  try {
    const [kafka, postgres, redis] = await unlessAborted(
      Promise.all([
        options.kafka === false ? undefined : onFreePorts(() => startKafka(start)),
        options.postgres === false ? undefined : onFreePorts(() => startPostgres(start)),
        options.redis === false ? undefined : onFreePorts(() => startRedis(start)),
      ]),
      options.signal,
    );
    return {
      ...(kafka && { kafka }),
      ...(postgres && { postgres }),
      ...(redis && { redis }),
      close: guardian.close,
    };
  } catch (error) {
    await guardian.close();
    throw error;
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return Promise.race([work, aborted.promise]).finally(() => {
    signal.removeEventListener("abort", abort);
  });
}

// Between finding a port free and the server taking it, somebody else may have.
async function onFreePorts<T>(startServer: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer();
    } catch (error) {
      const taken = error instanceof EmbeddedError && error.code === "port_taken";
      if (!taken || attempt === 3) throw error;
    }
  }
}

async function startKafka(start: Start): Promise<NonNullable<Embedded["kafka"]>> {
  const { options, onProgress } = start;
  const [java, jars, brokerPort, controllerPort] = await Promise.all([
    findJava(start),
    ensureArtifacts(lock.kafka, artifactSource(start, "kafka-4.3.1")),
    portFor("kafka", options.preferredPorts?.kafka ?? 9092, onProgress),
    freePort(),
  ]);
  onProgress({ step: "kafka", message: `starting Kafka on port ${brokerPort}` });
  const dir = join(start.dataDir, "kafka");
  const overrides = options.kafkaProperties;
  const node = { id: 1, brokerPort, controllerPort };
  const cluster = [node];
  const recipe = await prepareKafka({ dir, java, jars, node, cluster, overrides, maxHeapMb: 512 });
  const server = await started(start, recipe);
  return Object.assign(server, { brokers: `127.0.0.1:${brokerPort}` });
}

async function startPostgres(start: Start): Promise<NonNullable<Embedded["postgres"]>> {
  const { options, onProgress } = start;
  const port = await portFor("postgres", options.preferredPorts?.postgres ?? 5432, onProgress);
  onProgress({ step: "postgres", message: `starting Postgres on port ${port}` });
  const dir = join(start.dataDir, "postgres");
  const recipe = await preparePostgres({ dir, port, settings: options.postgresSettings });
  const server = await started(start, recipe);
  return Object.assign(server, { url: `postgres://pulse@127.0.0.1:${port}/pulse` });
}

async function startRedis(start: Start): Promise<NonNullable<Embedded["redis"]>> {
  const { options, onProgress } = start;
  const port = await portFor("redis", options.preferredPorts?.redis ?? 6379, onProgress);
  const command = await findRedis(start.env, artifactSource(start, "redis"));
  onProgress({ step: "redis", message: `starting Redis on port ${port}` });
  const recipe = await prepareRedis({ dir: join(start.dataDir, "redis"), command, port });
  const server = await started(start, recipe);
  return Object.assign(server, { url: `redis://127.0.0.1:${port}` });
}

async function started(start: Start, recipe: ServerRecipe): Promise<EmbeddedServer> {
  const server = createEmbeddedServer(start.guardian, recipe);
  await server.start();
  return server;
}

function artifactSource(start: Start, folder: string): ArtifactSource {
  return {
    dir: join(start.cacheDir, folder),
    repositoryUrl: start.env.MAVEN_REPOSITORY_URL,
    onProgress: start.onProgress,
  };
}

async function portFor(
  step: "kafka" | "postgres" | "redis",
  preferred: number,
  onProgress: OnProgress,
): Promise<number> {
  const port = await freePort(preferred);
  if (preferred !== 0 && port !== preferred) {
    onProgress({
      step,
      message: `port ${preferred} is taken, using ${port} instead`,
      lasting: true,
    });
  }
  return port;
}
