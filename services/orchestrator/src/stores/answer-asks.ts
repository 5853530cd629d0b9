import { byteaArray, type Db, type OutboxRecord, textArray } from "@pulsecourier/db";
import type { Ask, AskOf } from "../decide/ask.ts";
import type { Effects, PendingAsk } from "../effects/effects-of.ts";
import { countThrottles } from "./count-throttles.ts";
import { keepDigests } from "./digests/keep-digests.ts";
import { keepBudgets } from "./keep-budgets.ts";

const INSERT = `
insert into saga.outbox (topic, key, headers, value)
select * from unnest($1::text[], $2::text[], $3::text[]::jsonb[], $4::bytea[])`;

/**
 * Carries out what the sagas of a batch ask, puts the answers into the outbox, and ends reservations; to be run in the
 * transaction that writes the sagas. A statement a kind, kinds always in the same order and each locking its rows in
 * that of their keys, so that no two batches deadlock. `now`: ms since 1970 by the platform's clock.
 */
export async function answerAsks(
  query: Db["query"],
  { asks, settlements }: Pick<Effects, "asks" | "settlements">,
  now: number,
): Promise<void> {
  const write = async (answers: readonly OutboxRecord[]) => {
    if (answers.length === 0) return;
    await query("saga-answer", INSERT, [
      textArray(answers.map(({ topic }) => topic)),
      textArray(answers.map(({ key }) => key)),
      textArray(answers.map(({ headers }) => JSON.stringify(headers))),
      byteaArray(answers.map(({ value }) => value)),
    ]);
  };
  await write(await countThrottles(query, asksOf(asks, "throttle"), now));
  await keepDigests(query, asks, { now, write });
  // Last: what is given back is locked together with what is asked for.
  await write(await keepBudgets(query, asksOf(asks, "reserve"), settlements, now));
}

/** Asks of one kind, in the order of the batch. */
export type Asking<Kind extends Ask["kind"]> = PendingAsk & { ask: AskOf<Kind> };
export type Answers = Promise<OutboxRecord[]>;

function asksOf<Kind extends Ask["kind"]>(asks: readonly PendingAsk[], kind: Kind) {
  return asks.filter((one): one is Asking<Kind> => one.ask.kind === kind);
}
