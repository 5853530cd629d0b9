import { table } from "@pulsecourier/cli";
import type { Aim, Line } from "./figure-lines.ts";

/** Figures as a table, aims and whether they are met beside them. What was not measured is left out. */
export function figuresTable(lines: readonly Line[]): string {
  const rows = lines
    .filter(({ platform }) => !Number.isNaN(platform))
    .map(({ what, platform, baseline = Number.NaN, aim, digits = 0 }) => [
      what,
      figure(platform, digits),
      Number.isNaN(baseline) ? "" : figure(baseline, digits),
      ...(aim === undefined ? ["", ""] : verdict(platform, aim)),
    ]);
  return table(["what", "platform", "baseline", "aim", ""], rows, ["platform", "baseline", "aim"]);
}

function verdict(value: number, aim: Aim): [string, string] {
  const met = "least" in aim ? value >= aim.least : value <= aim.most;
  const [sign, bound] = "least" in aim ? ["≥", aim.least] : ["≤", aim.most];
  return [bound === 0 ? "0" : `${sign} ${bound.toLocaleString("en")}`, met ? "met" : "missed"];
}

function figure(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
