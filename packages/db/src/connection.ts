import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Database } from "./schema/database.ts";

/** A pool of connections; `kysely` for ordinary queries, `query` for the batch statements of hot paths. */
export type Db = {
  kysely: Kysely<Database>;
  pool: pg.Pool;
  /** Runs a named prepared statement; `name` must stand for the same text everywhere. */
  query: <Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ) => Promise<Row[]>;
  /** Runs such statements in one transaction, committed when `work` resolves and rolled back when it rejects. */
  transaction: <T>(work: (query: Db["query"]) => Promise<T>) => Promise<T>;
  /** True when Postgres answered within a second. */
  healthy: () => Promise<boolean>;
  close: () => Promise<void>;
};

/**
 * Connects lazily. Idle connections that break are replaced; a statement on a broken one rejects.
 * `max` connections (default 6); a caller waits at most 5 s for one.
 */
export function createDb(options: {
  url: string;
  max?: number;
  onError: (error: Error) => void;
}): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 6,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    // A server that hangs without closing would otherwise hold its caller until TCP gives up.
    query_timeout: 35_000,
    application_name: "pulsecourier",
  });
  pool.on("error", (error) => {
    // A server that hangs up on a connection we are closing is no news.
    if (!pool.ending) options.onError(error);
  });
  // Between two statements of a transaction nobody else listens, and an error without a listener ends the
  // process; the next statement rejects, which is how the transaction hears of it.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const answers = async () => {
    await pool.query("select 1");
    return true;
  };
  return {
    kysely,
    pool,
    query: async (name, text, values) => (await pool.query({ name, text, values })).rows,
    transaction: (work) => inTransaction(pool, work),
    healthy: () => Promise.race([answers(), expire(1_000)]).catch(() => false),
    close: async () => {
      await kysely.destroy();
      // Kysely ends the pool only when a query went through Kysely.
      if (!pool.ending) await pool.end();
    },
  };
}

function expire(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}

async function inTransaction<T>(pool: pg.Pool, work: (query: Db["query"]) => Promise<T>) {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(async (name, text, values) => {
      return (await client.query({ name, text, values })).rows;
    });
    await client.query("commit");
    return result;
  } catch (thrown) {
    // A connection that cannot roll back is not given to anybody else.
    await client.query("rollback").catch((error: Error) => (broken = error));
    throw thrown;
  } finally {
    client.release(broken);
  }
}
