import type { DeadLetterFilter, DeadLetterView } from "@pulsecourier/contracts";
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
          ["id", "failed at", "reason", "error", "channel", "notification", "redriven"],
          data.map((one) => [
            one.id,
            one.failedAt,
            one.reason,
            one.errorCode,
            one.channel ?? "",
            one.notificationId ?? "",
            one.redrivenAt ?? "",
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

type RedriveOptions = DlqOptions & { yes?: boolean; rate: string; limit: string };
type RedriveAnswer = { dryRun: boolean; matched: number; redriven: number };

/** `pulse dlq redrive`: says how many would be sent again; sends them only with `--yes`. */
export async function redrive({
  json,
  yes,
  rate,
  limit,
  ...filter
}: RedriveOptions): Promise<number> {
  const answer = await connect().post<RedriveAnswer>("/v1/dead-letters/redrive", {
    filter: definedOf(filter),
    dryRun: yes !== true,
    ratePerSecond: Number(rate),
    limit: Number(limit),
  });
  print(json, answer, ({ dryRun, matched, redriven }) =>
    dryRun
      ? `${matched} would be redriven; repeat with --yes`
      : `${redriven} of ${matched} redriven`,
  );
  return 0;
}

function definedOf(filter: DeadLetterFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
