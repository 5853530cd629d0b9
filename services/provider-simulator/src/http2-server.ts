import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { HttpProvider, ProviderContext } from "./provider.ts";
import { createWire } from "./wire.ts";

/** Providers that speak HTTP/2 only, without TLS (RFC 9113 §3.3: clients know beforehand). */
export function createHttp2Server(
  providers: HttpProvider[],
  context: ProviderContext,
  { host, port }: { host: string; port: number },
) {
  const sessions = new Set<ServerHttp2Session>();
  const wire = createWire(providers, context);
  const server = createServer((req, res) => {
    if (!wire(req, res)) res.writeHead(404).end();
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  // A client that breaks off is no failure of the server's.
  server.on("sessionError", () => undefined);
  return {
    async start() {
      server.listen(port, host);
      await once(server, "listening");
      const address = server.address();
      if (!address || typeof address === "string")
        throw new Error("the HTTP/2 server does not listen on TCP");
      return { url: `http://${host}:${address.port}` };
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
