import { table } from "@pulsecourier/cli";
import { type CpuProfile, sharesOf } from "./shares.ts";

/** Parts below this share in every process are one row. */
const LEAST_SHARE = 0.01;

/** What each part of the code took of each process's time after `since`, largest first. */
export function profileTable(profiles: ReadonlyMap<string, CpuProfile>, since: number): string {
  const shares = [...profiles].map(([name, profile]) => [name, sharesOf(profile, since)] as const);
  const parts = new Set(shares.flatMap(([, of]) => [...of.keys()]));
  const most = (part: string) => Math.max(...shares.map(([, of]) => of.get(part) ?? 0));
  const shown = [...parts].filter((part) => most(part) >= LEAST_SHARE);
  const rows = shown
    .toSorted((a, b) => most(b) - most(a))
    .map((part) => [part, ...shares.map(([, of]) => percent(of.get(part) ?? 0))]);
  const rest = shares.map(
    ([, of]) => 1 - shown.reduce((sum, part) => sum + (of.get(part) ?? 0), 0),
  );
  const header = ["what ran, %", ...shares.map(([name]) => name)];
  return table(header, [...rows, ["all else", ...rest.map(percent)]], header.slice(1));
}

const percent = (share: number) => (share * 100).toFixed(1);
