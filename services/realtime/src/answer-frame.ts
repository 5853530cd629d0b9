import { type ClientFrame, factRecord, type IdSecret, readFact } from "@pulsecourier/contracts";
import { type Db, markRead } from "@pulsecourier/db";
import type { Fanout } from "@pulsecourier/redis";
import type { Connection } from "./connection.ts";
import { channelOf, type Hub } from "./hub.ts";
import type { StatusWatch } from "./status-watch.ts";

export type AnswerContext = {
  db: Db;
  hub: Hub;
  fanout: Fanout;
  statuses: StatusWatch;
  idSecret: IdSecret;
  lifecycleTopic: string;
};

type Frame = Exclude<ClientFrame, { type: "auth" }>;

/** Does what a frame of an authenticated socket asks for. Rejects when Postgres does not take it. */
export async function answerFrame(
  connection: Connection,
  frame: Frame,
  context: AnswerContext,
): Promise<void> {
  switch (frame.type) {
    case "ping":
      return connection.send({ type: "pong" });
    case "subscribe":
      return context.statuses.watch(connection, frame.notifications);
    case "read":
      return await read(connection, frame.id, context);
  }
}

async function read(connection: Connection, id: string, context: AnswerContext): Promise<void> {
  const { tenant, recipient } = connection.identity;
  const marked = await markRead(context.db, { tenant, recipient, id }, (item) =>
    factRecord(context.lifecycleTopic, readFact(context.idSecret, { tenant, ...item })),
  );
  if (marked?.changed !== true) return;
  context.hub.touch(connection);
  // A lost hint only costs the other instances time.
  await context.fanout.publish(channelOf({ tenant, recipient }), "{}");
}
