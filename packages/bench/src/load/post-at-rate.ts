import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { arrivalTimes } from "./arrival-times.ts";
import { message } from "./message.ts";
import { post } from "./post.ts";

export type PostAtRate = {
  url: string;
  key: string;
  perSecond: number;
  seconds: number;
  seed: number;
};

export type PostedAtRate = {
  /** Of each accepted notification, the epoch millisecond its request was meant to leave at. */
  meantAt: [id: string, at: number][];
  refused: number;
  refusal?: string;
};

const CONNECTIONS = 256;

/** Posts single emails at times fixed beforehand, whether earlier ones have been answered or not. */
export async function postAtRate(options: PostAtRate): Promise<PostedAtRate> {
  const { url, key, perSecond, seconds, seed } = options;
  const pool = new Pool(url, { connections: CONNECTIONS });
  const posted: PostedAtRate = { meantAt: [], refused: 0 };
  const requests: Promise<void>[] = [];
  const send = async (index: number, meantAt: number) => {
    const { ids, text } = await post(pool, key, "/v1/notifications", message("email", index));
    const [id] = ids;
    if (id !== undefined) return void posted.meantAt.push([id, meantAt]);
    posted.refused += 1;
    posted.refusal ??= text.slice(0, 500);
  };
  const startedAt = Date.now();
  const started = performance.now();
  for (const [index, offset] of arrivalTimes(perSecond, seconds, seed).entries()) {
    const early = started + offset - performance.now();
    if (early > 0) await delay(early);
    requests.push(send(index, startedAt + Math.floor(offset)));
  }
  await Promise.all(requests);
  await pool.close();
  return posted;
}
