import { z } from "zod";
import { createCursors, pageOf } from "./cursor.ts";

/** A list by name, a page at a time; `list` gives at most `limit` rows from behind `after`. */
export function createNamePages(kind: string) {
  const cursors = createCursors(kind, z.string());
  return async <Row extends { name: string }>(
    { limit, cursor }: { limit: number; cursor?: string | undefined },
    secret: Buffer,
    list: (from: { after: string; limit: number }) => Promise<Row[]>,
  ): Promise<{ data: Row[]; nextCursor: string | null }> => {
    const after = cursors.decode(secret, cursor) ?? "";
    const found = await list({ after, limit: limit + 1 });
    const { rows, nextCursor } = pageOf(found, limit, ({ name }) => cursors.encode(secret, name));
    return { data: rows, nextCursor };
  };
}
