import { z } from "zod";
import { NOTHING_SEEN, type Seen } from "./judge-account.ts";
import type { Shares } from "./shift-shares.ts";

/** What a process learns when it tells what it counted; `seen` is the sum of all when it is its turn to look. */
export type Turn = {
  /** Redis' clock, ms since 1970. */
  now: number;
  shares: Shares | null;
  seen: Map<string, Seen> | null;
};

const signal = z.object({
  all: z.number(),
  bad: z.number(),
  since: z.number(),
  ill: z.boolean(),
  judgedAt: z.number(),
});
const Stored: z.ZodType<Shares> = z.object({
  accounts: z.record(
    z.string(),
    z.object({
      share: z.number(),
      rest: z.number(),
      movedAt: z.number(),
      health: z.object({
        calls: signal,
        receipts: signal,
        reportedAt: z.number().nullable(),
      }),
    }),
  ),
  shifts: z.array(
    z.object({
      at: z.number(),
      account: z.string(),
      from: z.number(),
      to: z.number(),
      rest: z.number(),
      reason: z.enum(["errors", "late_receipts", "recovered"]),
      detail: z.string(),
    }),
  ),
});

const COUNTS = ["calls", "failures", "due", "late"] as const satisfies (keyof Seen)[];

/** As fields and numbers for `TURN`; what is 0 is left out. */
export function encodeSeen(account: string, seen: Seen): (string | number)[] {
  return COUNTS.flatMap((count) => (seen[count] === 0 ? [] : [`${count}:${account}`, seen[count]]));
}

/** Reads what `TURN` answered; null when it is nothing of ours. */
export function readTurn(value: unknown): Turn | null {
  if (!Array.isArray(value)) return null;
  const [now, stored, mine, fields]: unknown[] = value;
  const seen = Array.isArray(fields) && mine === 1 ? decodeSeen(fields.map(String)) : null;
  return { now: Number(now), shares: readShares(stored), seen };
}

/** What another version of the software wrote and this one cannot read is as good as nothing. */
function readShares(stored: unknown): Shares | null {
  if (typeof stored !== "string") return null;
  try {
    return Stored.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

function decodeSeen(fields: readonly string[]): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [count = "", account = ""] = fields[at]?.split(/:(.*)/s) ?? [];
    const of = seen.get(account) ?? { ...NOTHING_SEEN };
    if (isCount(count)) of[count] = Number(fields[at + 1]);
    seen.set(account, of);
  }
  return seen;
}

const isCount = (name: string): name is keyof Seen => COUNTS.some((count) => count === name);

/** Adds counts to those of all processes; whoever comes first after a while takes the sums and looks at them. */
export const TURN = `
local time = redis.call('TIME')
for at = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', KEYS[2], 3600000)
local mine, seen = 0, {}
if redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[1]) then
  mine = 1
  seen = redis.call('HGETALL', KEYS[2])
  redis.call('DEL', KEYS[2])
end
return { string.format('%.0f', time[1] * 1000 + time[2] / 1000), redis.call('GET', KEYS[1]), mine, seen }`;

/** Kept for two days after the last look: an account that was slow yesterday may be, still. */
export const STORE = `redis.call('SET', KEYS[1], ARGV[1], 'PX', 172800000)`;
