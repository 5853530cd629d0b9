import { createApi } from "../api-client.ts";
import {
  answers,
  type DevFile,
  readDevFile,
  removeDevFile,
  writeDevFile,
} from "../platform/dev-file.ts";
import { loadShop } from "../shop/load-shop.ts";
import { readShop, type Shop } from "../shop/read-shop.ts";
import { onPlatform } from "./on-platform.ts";

type Options = { dataDir: string; shopDir: string; stoppedCode?: number };

/** A platform of the environment with a shop loaded, announced in `dev.json` while it runs. */
export async function withShop(
  { dataDir, shopDir, ...options }: Options,
  act: (dev: DevFile, shop: Shop) => Promise<number>,
): Promise<number> {
  const shop = readShop(shopDir);
  const running = readDevFile(dataDir);
  if (running !== null && (await answers(running))) {
    throw new Error(
      `Already running at ${running.gateway} (process ${running.pid}). Stop it with Ctrl-C in its terminal, or set PULSE_DATA_DIR to run another beside it.`,
    );
  }
  try {
    return await onPlatform(
      { dataDir, env: process.env, ...options },
      async ({ dev }, progress) => {
        progress.step("Loading the sample shop");
        const keys = [dev.apiKey, dev.sampleApiKey];
        await Promise.all(
          keys.map((key) => loadShop(createApi(dev.gateway, key), shop, dev.simulator)),
        );
        writeDevFile(dataDir, dev);
        progress.done("Ready.");
        return act(dev, shop);
      },
    );
  } finally {
    const written = readDevFile(dataDir);
    if (written === null || written.pid === process.pid) removeDevFile(dataDir);
  }
}
