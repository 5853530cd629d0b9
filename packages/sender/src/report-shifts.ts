import type { Logger, Metrics } from "@pulsecourier/observability";
import type { ReadyCheck } from "@pulsecourier/runtime";
import type { Shares, Shift } from "./shift-shares.ts";

/** Tells log and metrics of each move of a share. Only the process that decided on it does. */
export function reportShifts(o: { metrics: Metrics; logger: Logger }) {
  const shifts = o.metrics.counter({
    name: "pulse_share_shifts_total",
    help: "Moves of weighted accounts' shares by their health: errors, late_receipts, recovered",
    labels: ["channel", "provider", "accounts", "reason"],
  });
  return (group: string, shift: Shift): void => {
    const [channel = "", accounts = ""] = group.split(":");
    shifts.labels(channel, shift.account, accounts, shift.reason).inc();
    const level = shift.reason === "recovered" ? "info" : "warn";
    o.logger[level]({ group, ...shift }, `the share of ${shift.account} was moved`);
  };
}

const SHOWN = 10;
const AWAY = 0.5;

/** For `/readyz?verbose`: each group's shares, a warning while one is away from where it rests, and the last moves. */
export function checkShares(groups: ReadonlyMap<string, Shares>): ReadyCheck[] {
  return [...groups].map(([group, { accounts, shifts }]): ReadyCheck => {
    const shares = Object.entries(accounts).map(
      ([name, { share, rest }]) => `${name} ${percent(share)} (at rest ${percent(rest)})`,
    );
    const ok = Object.values(accounts).every(({ share, rest }) => Math.abs(share - rest) < AWAY);
    const detail = [shares.join(", "), ...shifts.slice(0, SHOWN).map(describe)].join("; ");
    return { name: `shares ${group}`, ok, optional: true, detail };
  });
}

function describe({ at, account, from, to, reason, detail }: Shift): string {
  const moved = `${account} ${percent(from)} to ${percent(to)}`;
  return `${new Date(at).toISOString()} ${moved} (${reason}: ${detail})`;
}

const percent = (share: number) => `${Math.round(share * 10) / 10} %`;
