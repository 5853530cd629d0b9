import { Readable } from "node:stream";
import { Pool } from "undici";
import type { Target } from "./target.ts";

/** Recipients one file brings; a client has a minute to send a file. */
const FILE = 250_000;
const CHUNK = 5_000;

/** Makes an audience of `count` recipients nobody else has, whose ids begin with its name. */
export async function makeAudience(
  { gateway, key }: Pick<Target, "gateway" | "key">,
  count: number,
): Promise<{ name: string; perSecond: number }> {
  const name = `fan-${Date.now()}`;
  const pool = new Pool(gateway, { connections: 1, headersTimeout: 120_000 });
  const call = async (method: "PUT" | "POST", path: string, type: string, body: Body) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": type };
    const answer = await pool.request({ method, path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`The audience was not made: ${text}`);
  };
  try {
    await call("PUT", `/v1/audiences/${name}`, "application/json", "{}");
    const startedAt = performance.now();
    for (let from = 0; from < count; from += FILE) {
      const lines = Readable.from(idLines(name, from, Math.min(count, from + FILE)));
      await call("POST", `/v1/audiences/${name}/upload`, "text/csv", lines);
    }
    return { name, perSecond: (count * 1_000) / (performance.now() - startedAt) };
  } finally {
    await pool.close();
  }
}

type Body = string | Readable;

function* idLines(name: string, from: number, to: number): Generator<string> {
  for (let at = from; at < to; at += CHUNK) {
    const size = Math.min(CHUNK, to - at);
    yield Array.from({ length: size }, (_, n) => `${name}-${at + n}\n`).join("");
  }
}
