import {
  type DeadLetterFilter,
  type DeadLetterView,
  MAX_REDRIVES,
  type RedriveResult,
} from "@pulsecourier/contracts";
import { connect } from "../connect.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

export type DlqOptions = DeadLetterFilter & { json: boolean };

/** `pulse dlq list`: dead letters, newest first. */
export async function listDeadLetters({ json, ...filter }: DlqOptions): Promise<number> {
  const page = await connect().get<{ data: DeadLetterView[]; nextCursor: string | null }>(
    `/v1/dead-letters?${new URLSearchParams(definedOf(filter)).toString()}`,
  );
  print(json, page, ({ data }) =>
    data.length === 0
      ? "no dead letters"
      : table(
          ["id", "failed at", "reason", "error", "redriven"],
          data.map((one) => [
            one.id,
            one.failedAt.slice(0, 19).replace("T", " "),
            one.reason,
            one.errorCode,
            one.redrivenAt === null ? "" : "yes",
          ]),
        ),
  );
  return 0;
}

/** `pulse dlq show <id>`: one dead letter with its headers and value. */
export async function showDeadLetter(id: string, { json }: { json: boolean }): Promise<number> {
  const letter = await connect().get<unknown>(`/v1/dead-letters/${encodeURIComponent(id)}`);
  print(json, letter, () => JSON.stringify(letter, null, 2));
  return 0;
}

type RedriveOptions = DlqOptions & { yes?: boolean; rate: number; limit?: number };

/** Seconds a call may take, well within the client's patience. */
const CALL_SECONDS = 10;
const MOST_PER_CALL = 1_000;

/** `pulse dlq redrive`: says how many would be sent again; with `--yes` sends them, call after call until none remain. */
export async function redrive({
  json,
  yes,
  rate,
  limit = Number.POSITIVE_INFINITY,
  ...filter
}: RedriveOptions): Promise<number> {
  const api = connect();
  const perCall = Math.min(MOST_PER_CALL, rate * CALL_SECONDS);
  const call = (most: number) =>
    api.post<RedriveResult>("/v1/dead-letters/redrive", {
      filter: definedOf(filter),
      dryRun: yes !== true,
      ratePerSecond: rate,
      limit: Math.min(perCall, most),
    });
  const sum = await call(limit);
  for (let last = sum; yes && last.redriven > 0 && last.remaining > 0 && sum.redriven < limit;) {
    if (!json) process.stderr.write(`${sum.redriven} redriven, ${last.remaining} to go\n`);
    last = await call(limit - sum.redriven);
    sum.redriven += last.redriven;
    sum.remaining = last.remaining;
    sum.capped = last.capped;
  }
  print(json, sum, redriveText);
  return 0;
}

function redriveText({ dryRun, matched, redriven, remaining, capped }: RedriveResult): string {
  const counts = dryRun
    ? `${matched} would be redriven; repeat with --yes`
    : `${redriven} of ${matched} redriven${remaining > 0 ? `, ${remaining} remain` : ""}`;
  return capped === 0
    ? counts
    : `${counts}\n${capped} more were redriven as often as is allowed (${MAX_REDRIVES} times) and stay`;
}

function definedOf(filter: DeadLetterFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
