import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { opsHandler, type OpsHandlerOptions } from "./ops-handler.ts";

export type OpsServerOptions = Omit<OpsHandlerOptions, "draining"> & {
  /** 0 lets the operating system choose. */
  port: number;
  host: string;
  /** Gets the requests for another protocol, such as WebSocket. */
  upgrade?: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
};

export type OpsServer = {
  /** Listens; `url` has no trailing slash. Rejects when the port is taken. */
  start(): Promise<{ url: string }>;
  /** From now on `/readyz` answers 503. First step of a shutdown. */
  drain(): void;
  close(): Promise<void>;
};

/** The health and metrics endpoints of a service that has no other HTTP server; see `opsHandler` for what it serves. */
export function createOpsServer({ port, host, ...options }: OpsServerOptions): OpsServer {
  let draining = false;
  const handle = opsHandler({ ...options, draining: () => draining });
  const server = createServer((req, res) => {
    handle(req, res).then(
      (handled) => {
        if (!handled) res.writeHead(404).end();
      },
      (error: unknown) => res.destroy(error instanceof Error ? error : undefined),
    );
  });
  if (options.upgrade) server.on("upgrade", options.upgrade);
  return {
    async start() {
      server.listen(port, host);
      await once(server, "listening");
      return { url: listeningUrl(server.address()) };
    },
    drain() {
      draining = true;
    },
    async close() {
      draining = true;
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function listeningUrl(address: AddressInfo | string | null): string {
  if (!address || typeof address === "string")
    throw new Error("the server does not listen on a TCP port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
