const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `30s`, `10m`, `2h`, `1d` before `now`, or a time; `now` when nothing is given. Throws on anything else. */
export function parseSince(text: string | undefined, now: Date): Date {
  if (text === undefined) return now;
  const [, amount, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const since =
    amount === undefined
      ? new Date(text)
      : new Date(now.getTime() - Number(amount) * (UNIT_MS[unit] ?? Number.NaN));
  if (Number.isNaN(since.getTime()))
    throw new Error(`--since takes 30s, 10m, 2h, 1d or a time such as 2026-11-21T10:00:00Z.`);
  return since;
}
