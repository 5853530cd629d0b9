import { randomUUID } from "node:crypto";
import {
  type CallbackReplay,
  type CallbackView,
  callbackRecord,
  PulseError,
} from "@pulsecourier/contracts";
import { z } from "zod";
import type { GatewayContext } from "../../context.ts";
import { createCursors } from "../cursor.ts";
import { firstIdAt, readFacts } from "./fact-store.ts";

/** How long one call works, ms; the answer's cursor leads on. */
export const REPLAY_MS = 20_000;
const NOTIFICATIONS_AT_ONCE = 200;

const cursors = createCursors(
  "callback-replay",
  z.object({
    name: z.string(),
    id: z.string(),
    at: z.int(),
    after: z.string(),
    before: z.string(),
  }),
);

type Context = Pick<GatewayContext, "db" | "producer" | "names" | "secrets">;

/** Hands the facts a callback asks for over once more, oldest notification first. */
export async function replayFacts(
  { db, producer, names, secrets }: Context,
  o: { tenant: string; callback: CallbackView; request: CallbackReplay },
): Promise<{ replayed: number; nextCursor: string | null }> {
  const { tenant, callback, request } = o;
  const started = Date.now();
  const until = request.until === undefined ? started : Date.parse(request.until);
  const position = cursors.decode(secrets.cursors, request.cursor) ?? {
    name: callback.name,
    id: randomUUID(),
    at: started,
    after: firstIdAt(Date.parse(request.since)),
    before: firstIdAt(until + 1),
  };
  if (position.name !== callback.name)
    throw new PulseError("malformed_request", "The cursor is of another callback.");
  let replayed = 0;
  while (Date.now() - started < REPLAY_MS) {
    const { after, before, id, at } = position;
    const limit = NOTIFICATIONS_AT_ONCE;
    const page = await readFacts(db, { tenant, after, before, limit });
    const records = page.facts
      .filter(({ type }) => callback.events.includes("*") || callback.events.includes(type))
      .map((fact) =>
        callbackRecord({ secret: secrets.ids, topics: names, callback, fact }, { id, at }),
      );
    if (records.length > 0) await producer.send(records);
    replayed += records.length;
    if (page.last === null) return { replayed, nextCursor: null };
    position.after = page.last;
  }
  return { replayed, nextCursor: cursors.encode(secrets.cursors, position) };
}
