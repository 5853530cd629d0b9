import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";

/** A provider's callback as it came. */
export type TakenCallback = { headers: Record<string, string>; body: string };

/** A receiver that takes what a provider reports, and tells nobody. */
export async function takeCallbacks() {
  const taken: TakenCallback[] = [];
  const server = createServer((req, res) => {
    let body = "";
    req.setEncoding("utf8").on("data", (text: string) => (body += text));
    req.on("end", () => {
      taken.push({ headers: signatureOf(req.headers), body });
      res.writeHead(204).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    taken,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What goes along when a callback is posted again: the rest belongs to the connection. */
function signatureOf(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => /^x-|^content-type$/.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
