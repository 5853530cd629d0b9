import { once } from "node:events";
import { createServer } from "node:http";

export type Received = { path: string; headers: Record<string, string>; body: string };

/** A receiver of webhooks that keeps what comes and answers what and when a test says for a path, else 200 at once. */
export async function startReceiver() {
  const received: Received[] = [];
  const answers = new Map<string, number>();
  const delays = new Map<string, number>();
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
      );
      const path = req.url ?? "";
      received.push({ path, headers, body: Buffer.concat(chunks).toString() });
      setTimeout(() => res.writeHead(answers.get(path) ?? 200).end(), delays.get(path) ?? 0);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    at: (path: string) => received.filter((one) => one.path === path),
    answer: (path: string, status: number) => void answers.set(path, status),
    answerAfter: (path: string, ms: number) => void delays.set(path, ms),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
