import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { closeInOrder, opsHandler, type Service } from "@pulsecourier/runtime";
import express from "express";
import { createBehaviours } from "./behaviours.ts";
import type { SimulatorConfig } from "./config.ts";
import { controlApi } from "./control-api.ts";
import { createHangs } from "./hangs.ts";
import { openJournalFile, type JournalFile } from "./journal-file.ts";
import { createJournal } from "./journal.ts";
import { journalMetrics } from "./journal-metrics.ts";
import { servePage } from "./page.ts";
import type { ProviderContext } from "./provider.ts";
import { httpProviders, providerNames, serverProviders } from "./providers.ts";
import { createReceipts } from "./receipts/create-receipts.ts";
import { createReporters } from "./receipts/reporters.ts";
import type { Reporter } from "./receipts/reporter.ts";
import { serveReporters } from "./receipts/serve-reporters.ts";
import { createWire } from "./wire.ts";

export type Simulator = Omit<Service, "start"> & {
  start(): Promise<{ url: string; smtpUrl: string; apnsUrl: string }>;
};

export type SimulatorOverrides = {
  logger?: Logger;
  random?: () => number;
  reporters?: Record<string, Reporter>;
};

/** Stands in for every provider, on loopback: real protocols, a journal of what arrived, behaviour on demand. */
export function createSimulator(
  config: SimulatorConfig,
  overrides: SimulatorOverrides = {},
): Simulator {
  const name = "provider-simulator";
  const { logger = createLogger({ service: name, level: config.LOG_LEVEL }), random } = overrides;
  const { reporters = createReporters(config) } = overrides;
  const memory = createJournal({ capacity: config.SIMULATOR_JOURNAL_ENTRIES });
  const behaviours = createBehaviours(random);
  const hangs = createHangs();
  const receipts = createReceipts({
    reporters,
    behaviours,
    defaults: {
      gateway: config.SIMULATOR_RECEIPTS_URL,
      delayMs: config.SIMULATOR_RECEIPT_DELAY_MS,
    },
    logger,
    ...(random && { random }),
  });
  let file: JournalFile | undefined;
  let http: Server | undefined;
  let smtp: ReturnType<typeof serverProviders.smtp.createServer> | undefined;
  let apns: ReturnType<typeof serverProviders.apns.createServer> | undefined;

  return {
    name,
    async start() {
      if (config.SIMULATOR_JOURNAL)
        file = await openJournalFile(config.SIMULATOR_JOURNAL, memory, logger);
      const context = { journal: file?.journal ?? memory, behaviours, hangs, receipts };
      const host = config.SIMULATOR_HOST;
      smtp = serverProviders.smtp.createServer({
        ...context,
        host,
        port: config.SIMULATOR_SMTP_PORT,
      });
      const { url: smtpUrl } = await smtp.start();
      apns = serverProviders.apns.createServer({
        ...context,
        host,
        port: config.SIMULATOR_APNS_PORT,
      });
      const { url: apnsUrl } = await apns.start();
      http = createHttpServer(context, Object.values(reporters));
      return { url: await listen(http, host, config.SIMULATOR_PORT), smtpUrl, apnsUrl };
    },
    async close() {
      hangs.releaseAll();
      const steps: Parameters<typeof closeInOrder>[0] = [
        ["receipts", () => receipts.close()],
        ["http", async () => closeHttp(http)],
        ["smtp", async () => smtp?.close()],
        ["apns", async () => apns?.close()],
        ["journal file", async () => file?.close()],
      ];
      await closeInOrder(steps, config.SHUTDOWN_DEADLINE_MS, logger);
    },
  };
}

function createHttpServer(context: ProviderContext, reporters: readonly Reporter[]): Server {
  const metrics = createMetrics("provider-simulator");
  journalMetrics(metrics, context.journal);
  const ops = opsHandler({ metrics, ready: () => [] });
  const app = express().disable("x-powered-by").disable("etag");
  app.use(async (req, res, next) => {
    if (!(await ops(req, res))) next();
  });

  app.use("/__sim", controlApi(context, providerNames));
  app.use(serveReporters(reporters));
  app.use(servePage());
  const wire = createWire(httpProviders, context);
  return createServer((req, res) => {
    if (!wire(req, res)) app(req, res);
  });
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (!address || typeof address === "string")
    throw new Error("the simulator does not listen on TCP");
  return `http://${host}:${address.port}`;
}

async function closeHttp(server: Server | undefined): Promise<void> {
  if (!server?.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
