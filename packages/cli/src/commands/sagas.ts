import { createDb, loadSecret } from "@pulsecourier/db";
import { databaseUrl } from "../connect.ts";
import { messageOf } from "../message-of.ts";
import { checkSagas } from "../sagas/check-sagas.ts";
import { print } from "../terminal/print.ts";

/** What a service behind has to answer before its sagas count as stuck. */
const GRACE_MS = 600_000;

/** `pulse sagas check`: looks for sagas that are stuck or whose history is not whole; 1 when there is one. */
export async function sagasCheck({ json }: { json: boolean }): Promise<number> {
  const db = createDb({ url: databaseUrl(), max: 1, onError: () => undefined });
  try {
    const checked = await checkSagas(db, await loadSecret(db, "ids"), GRACE_MS);
    const { sagas, running, problems } = checked;
    const summary = `${sagas} sagas, ${running} of them running: ${problems.length} problems`;
    print(json, checked, () => [...problems, summary].join("\n"));
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    throw new Error(`The sagas could not be read: ${messageOf(error)}`, { cause: error });
  } finally {
    await db.close();
  }
}
