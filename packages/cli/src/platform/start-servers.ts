import { type Embedded, startEmbedded } from "@pulsecourier/embedded";
import type { Progress } from "../terminal/progress.ts";
import type { Infrastructure } from "./dev-environment.ts";

/** Starts the servers the environment names no address for; an address in it wins, one by one. */
export async function startServers(o: {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  progress: Progress;
}): Promise<{ embedded: Embedded; infrastructure: Infrastructure }> {
  const { dataDir, env, progress } = o;
  const embedded = await startEmbedded({
    dataDir,
    env,
    kafka: env["KAFKA_BROKERS"] === undefined,
    postgres: env["DATABASE_URL"] === undefined,
    redis: env["REDIS_URL"] === undefined,
    onProgress: ({ message, done, total }) => {
      const bytes =
        done === undefined || total === undefined
          ? ""
          : `${megabytes(done)} of ${megabytes(total)} MB`;
      progress.step(message, bytes);
    },
  });
  const infrastructure = {
    kafka: embedded.kafka?.brokers ?? env["KAFKA_BROKERS"] ?? "",
    database: embedded.postgres?.url ?? env["DATABASE_URL"] ?? "",
    redis: embedded.redis?.url ?? env["REDIS_URL"] ?? "",
  };
  return { embedded, infrastructure };
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
