import type { Db, OutboxRecord } from "@pulsecourier/db";
import type { Ask } from "../../decide/ask.ts";
import type { PendingAsk } from "../../effects/effects-of.ts";
import type { Asking } from "../answer-asks.ts";
import { closeDigest } from "./close-digest.ts";
import { joinDigests } from "./join-digests.ts";
import { leaveDigest } from "./leave-digest.ts";
import { lockDigests } from "./windows-store.ts";

type Kind = "digest_join" | "digest_leave" | "digest_close";

/** What the sagas of a batch ask of digests. A saga leaves after it joined, and what closes has all that came with it. */
export async function keepDigests(
  query: Db["query"],
  asks: readonly PendingAsk[],
  to: { now: number; write: (records: readonly OutboxRecord[]) => Promise<void> },
): Promise<void> {
  const joins = asks.filter(isOf("digest_join"));
  const leaves = asks.filter(isOf("digest_leave"));
  const closes = asks.filter(isOf("digest_close"));
  const all: readonly Asking<Kind>[] = [...joins, ...leaves, ...closes];
  if (all.length === 0) return;
  await lockDigests(
    query,
    all.map(({ ask }) => ask.digest),
  );
  await to.write(await joinDigests(query, joins, to.now));
  for (const one of leaves) await to.write(await leaveDigest(query, one));
  for (const one of closes) await closeDigest(query, one, to);
}

function isOf<One extends Ask["kind"]>(kind: One) {
  return (one: PendingAsk): one is Asking<One> => one.ask.kind === kind;
}
