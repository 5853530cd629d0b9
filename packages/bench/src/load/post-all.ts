import type { Channel } from "@pulsecourier/contracts";
import { Pool } from "undici";
import { recipientOf } from "./address.ts";
import { message } from "./message.ts";
import { post } from "./post.ts";

export type PostAll = {
  url: string;
  key: string;
  channel: Channel;
  /** Webhooks go below this URL. */
  webhooks: string;
  /** What carries them out, if it is not one message of that channel. */
  workflow?: string;
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
export async function postAll(options: PostAll): Promise<Posted> {
  const { url, key, count, batch, inFlight } = options;
  const pool = new Pool(url, { connections: inFlight });
  const posted: Posted = { startedAt: Date.now(), answeredAt: 0, ids: [], refused: 0 };
  let next = 0;
  const client = async () => {
    while (next < count) {
      const from = next;
      const size = Math.min(batch, count - from);
      next += size;
      const answer = await post(pool, key, ...request(options, from, size));
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

function request(
  { channel, webhooks, workflow }: Pick<PostAll, "channel" | "webhooks" | "workflow">,
  from: number,
  size: number,
): [path: string, body: object] {
  const one = (index: number) => {
    const at = from + index;
    if (workflow === undefined) return message(channel, at, webhooks);
    return { to: recipientOf(channel, at, webhooks), workflow };
  };
  if (size === 1) return ["/v1/notifications", one(0)];
  const notifications = Array.from({ length: size }, (_, index) => one(index));
  return ["/v1/notifications/batch", { notifications }];
}
