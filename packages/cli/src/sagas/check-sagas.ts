import type { IdSecret } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { checkSaga } from "./check-saga.ts";
import { readSagaPage } from "./saga-rows-store.ts";

const PAGE = 500;

/** How many sagas there are, how many of them run, and what is wrong with any. */
export type SagasChecked = { sagas: number; running: number; problems: string[] };

/** Looks at every saga, a page at a time. */
export async function checkSagas(db: Db, secret: IdSecret, graceMs: number): Promise<SagasChecked> {
  const checked: SagasChecked = { sagas: 0, running: 0, problems: [] };
  let after: string | null = null;
  for (;;) {
    const { sagas, now } = await readSagaPage(db, secret, { after, limit: PAGE });
    checked.sagas += sagas.length;
    checked.running += sagas.filter(({ outcome }) => outcome === null).length;
    for (const saga of sagas) checked.problems.push(...checkSaga(saga, { now, graceMs }));
    after = sagas.at(-1)?.id ?? null;
    if (sagas.length < PAGE) return checked;
  }
}
