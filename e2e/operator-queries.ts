import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const INFRA = join(import.meta.dirname, "../infra");
const DASHBOARDS = join(INFRA, "grafana/dashboards");
export const RULES = join(INFRA, "prometheus/alerts.yml");
export const PROMETHEUS = join(INFRA, "prometheus/prometheus.yml");

/** A question an operator's screen or an alert asks Prometheus. */
export type OperatorQuery = {
  where: string;
  expr: string;
  /** Labels that its legend or its text shows. */
  shown: string[];
};

const Dashboard = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
});
const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

/** Every query of dashboards and alerts; Grafana's interval is the one given. */
export function operatorQueries(rateInterval: string): OperatorQuery[] {
  const asked = readdirSync(DASHBOARDS).flatMap((file) => {
    const text = readFileSync(join(DASHBOARDS, file), "utf8");
    return Dashboard.parse(JSON.parse(text)).panels.flatMap(({ title, targets }) =>
      targets.map(({ expr, legendFormat }) => ({
        where: title,
        expr: expr.replaceAll("$__rate_interval", rateInterval),
        shown: [...legendFormat.matchAll(/\{\{ *(\w+) *\}\}/g)].map(([, label]) => label ?? ""),
      })),
    );
  });
  const { groups } = Rules.parse(parse(readFileSync(RULES, "utf8")));
  const alerts = groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, annotations }) => ({
      where: alert,
      expr,
      shown: Object.values(annotations).flatMap((text) =>
        [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? ""),
      ),
    })),
  );
  return [...asked, ...alerts];
}
