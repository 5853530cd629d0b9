export { createDb, type Db } from "./connection.ts";
export { loadSecret } from "./load-secret.ts";
export { migrate } from "./migrate.ts";
export type { Database } from "./schema.ts";
