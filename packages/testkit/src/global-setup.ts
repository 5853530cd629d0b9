import type { TestProject } from "vitest/node";
import { startTestServers, type TestAddresses, type TestServers } from "./test-servers.ts";

declare module "vitest" {
  export interface ProvidedContext {
    testServers: TestAddresses;
  }
}

interface Shared {
  servers: Promise<TestServers>;
  users: number;
}

// Vitest loads this file once per project, in one process: the servers are shared through it.
const holder: typeof globalThis & { pulseTestServers?: Shared } = globalThis;

/** Vitest's global setup: one set of servers per run, whatever number of projects use it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder.pulseTestServers ??= { servers: startTestServers(process.env), users: 0 });
  shared.users += 1;
  const servers = await shared.servers;
  const { brokers, databaseUrl, templateDatabase, redisUrl } = servers;
  project.provide("testServers", { brokers, databaseUrl, templateDatabase, redisUrl });
  return async () => {
    shared.users -= 1;
    if (shared.users === 0) await servers.close();
  };
}
