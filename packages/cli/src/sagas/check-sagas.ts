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
    if (sagas.length < PAGE) break;
  }
  checked.problems.push(...(await checkBudgets(db)));
  return checked;
}

// What budgets say is reserved is what sagas hold of them: both are written in one transaction.
const BUDGETS = `
select b.tenant, b.name, b.reserved::text as reserved, coalesce(sum(r.amount), 0)::text as held
from saga.budgets b left join saga.reservations r
  on r.tenant = b.tenant and r.budget = b.name and r.starts_at = b.starts_at
group by b.tenant, b.name, b.starts_at
having b.reserved <> coalesce(sum(r.amount), 0)`;

type Unequal = { tenant: string; name: string; reserved: string; held: string };

async function checkBudgets(db: Db): Promise<string[]> {
  const rows = await db.query<Unequal>("saga-budgets-unequal", BUDGETS, []);
  return rows.map(
    ({ tenant, name, reserved, held }) =>
      `budget ${name} of ${tenant}: ${reserved} are reserved, sagas hold ${held}`,
  );
}
