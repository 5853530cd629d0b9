import { Pool } from "undici";
import { type Kind, message } from "./message.ts";
import { post } from "./post.ts";

export type PostAll = {
  url: string;
  key: string;
  kind: Kind;
  count: number;
  /** Notifications a request; 1 is a request of its own for each. */
  batch: number;
  /** Requests without an answer at any time. */
  inFlight: number;
};

export type Posted = {
  /** Epoch milliseconds: before the first request, after the last answer. */
  startedAt: number;
  answeredAt: number;
  /** Ids of what was accepted. */
  ids: string[];
  /** Notifications that were not, and the first reason given. */
  refused: number;
  refusal?: string;
};

/** Posts `count` notifications as fast as they are answered, `inFlight` requests at a time. */
export async function postAll({
  url,
  key,
  kind,
  count,
  batch,
  inFlight,
}: PostAll): Promise<Posted> {
  const pool = new Pool(url, { connections: inFlight });
  const posted: Posted = { startedAt: Date.now(), answeredAt: 0, ids: [], refused: 0 };
  let next = 0;
  const client = async () => {
    while (next < count) {
      const from = next;
      const size = Math.min(batch, count - from);
      next += size;
      const answer = await post(pool, key, ...request(kind, from, size));
      for (const id of answer.ids) posted.ids.push(id);
      posted.refused += size - answer.ids.length;
      if (answer.ids.length < size) posted.refusal ??= answer.text.slice(0, 500);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  posted.answeredAt = Date.now();
  await pool.close();
  return posted;
}

function request(kind: Kind, from: number, size: number): [path: string, body: object] {
  if (size === 1) return ["/v1/notifications", message(kind, from)];
  const notifications = Array.from({ length: size }, (_, index) => message(kind, from + index));
  return ["/v1/notifications/batch", { notifications }];
}
