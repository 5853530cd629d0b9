import { createHmac, timingSafeEqual } from "node:crypto";
import { PulseError } from "@pulsecourier/contracts";
import { z } from "zod";

/** Query parameters of every list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, "is a number")
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(50),
  cursor: z.string().max(1_024).optional(),
};

const MAC_BYTES = 8;

/** What one kind of list goes on from, as opaque text nobody else can make. */
export function createCursors<T>(kind: string, schema: z.ZodType<T>) {
  const mac = (secret: Buffer, body: Buffer) =>
    createHmac("sha256", secret)
      .update(kind)
      .update("\0")
      .update(body)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    encode(secret: Buffer, position: T): string {
      const body = Buffer.from(JSON.stringify(position));
      return Buffer.concat([mac(secret, body), body]).toString("base64url");
    },
    /** Null without a cursor; `malformed_request` for one that is not from this kind of list. */
    decode(secret: Buffer, cursor: string | undefined): T | null {
      if (cursor === undefined) return null;
      const bytes = Buffer.from(cursor, "base64url");
      const [given, body] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
      const genuine = given.length === MAC_BYTES && timingSafeEqual(given, mac(secret, body));
      if (genuine) return schema.parse(JSON.parse(body.toString()));
      const detail = "The cursor is not from this list; start again without it.";
      throw new PulseError("malformed_request", detail);
    },
  };
}

/** The first `limit` of `limit + 1` rows asked for, and the cursor behind them when there are more. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page,
    nextCursor: last !== undefined && rows.length > limit ? cursorOf(last) : null,
  };
}
