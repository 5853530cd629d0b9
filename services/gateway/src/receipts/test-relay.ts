import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

/** A request as a provider made it. */
export type Callback = {
  method: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body: Buffer;
};

/** Stands between provider and gateway: passes requests on and remembers them, or keeps them to itself. */
export async function startRelay() {
  const taken: Callback[] = [];
  let target: string | null = null;
  const server = createServer((request, response) => {
    void (async () => {
      const callback = await read(request);
      taken.push(callback);
      const answer = target === null ? null : await pass(target, callback);
      response.writeHead(answer?.status ?? 204).end((await answer?.text()) ?? "");
    })().catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    passTo: (url: string) => void (target = url),
    /** What came since it was last asked. */
    take: () => taken.splice(0),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
    hold: () => void (target = null),
  };
}

async function read(request: IncomingMessage): Promise<Callback> {
  const { method = "", url: path = "" } = request;
  const skipped = ["host", "connection", "content-length", "transfer-encoding"];
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === "string" && !skipped.includes(name) ? [[name, value] as const] : [],
  );
  return { method, path, headers: Object.fromEntries(headers), body: await buffer(request) };
}

/** Makes a request again. */
export function pass(url: string, { method, path, headers, body }: Callback): Promise<Response> {
  const content = method === "GET" ? {} : { body: new Uint8Array(body) };
  return fetch(url + path, { method, headers, ...content });
}
