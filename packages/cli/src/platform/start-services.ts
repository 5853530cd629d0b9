import { join } from "node:path";
import type { Writable } from "node:stream";
import type { Progress } from "../terminal/progress.ts";
import { devEnvironment, type Infrastructure, ownPorts } from "./dev-environment.ts";
import { createGroupSet, type GroupSet } from "./group-set.ts";
import { makeReceiptKeys } from "./receipt-keys.ts";
import type { Groups } from "./service-table.ts";
import { withSimulator } from "./simulator-accounts.ts";
import { PortLostError, type Started } from "./spawn-group.ts";

const ATTEMPTS = 3;

export type Services<Prepared> = {
  groups: GroupSet;
  /** What each group but the simulator's runs, by the group's name. */
  started: Record<string, Started>;
  simulator: string;
  prepared: Prepared;
};

type Options<Prepared> = {
  /** Attachments are kept below it, unless the environment names a place. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  infrastructure: Infrastructure;
  progress: Progress;
  plan: Groups;
  /** The simulator tells the gateway what became of messages. */
  receipts: boolean;
  /** What every service but the simulator needs done first; may run more than once. */
  prepare: () => Promise<Prepared>;
  output?: Writable | undefined;
};

/** Starts the simulator, then every other group; on other ports when one is lost between looking and starting. */
export async function startServices<T>(options: Options<T>): Promise<Services<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const groups = createGroupSet(options.plan, options.output);
    try {
      return await startGroups(options, groups);
    } catch (error) {
      await groups.close();
      if (!(error instanceof PortLostError) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startGroups<T>(options: Options<T>, groups: GroupSet): Promise<Services<T>> {
  const { env: user, infrastructure, progress, plan, prepare } = options;
  const keys = makeReceiptKeys();
  const env: NodeJS.ProcessEnv = {
    ...(await devEnvironment(user, infrastructure, progress.note)),
    ATTACHMENTS_DIR: user["ATTACHMENTS_DIR"] || join(options.dataDir, "attachments"),
    SIMULATOR_SENDGRID_SIGNING_KEY: keys.sendgrid.signs,
  };
  const gateway = `http://127.0.0.1:${env["GATEWAY_PORT"]}`;
  const simulated = options.receipts ? { ...env, SIMULATOR_RECEIPTS_URL: gateway } : env;
  const [{ "provider-simulator": provider }, prepared] = await Promise.all([
    groups.start("simulator", simulated),
    prepare(),
  ]);
  if (provider === undefined) throw new Error("The simulator reported no address.");
  progress.step("Starting services");
  const withAccounts = withSimulator(env, { ...provider, gateway, keys });
  const names = Object.keys(plan).filter((name) => name !== "simulator");
  const started = await Promise.all(
    names.map(async (name): Promise<[string, Started]> => {
      const ports = await ownPorts(plan, name);
      return [name, await groups.start(name, { ...withAccounts, ...ports })];
    }),
  );
  return { groups, started: Object.fromEntries(started), simulator: provider.url, prepared };
}
