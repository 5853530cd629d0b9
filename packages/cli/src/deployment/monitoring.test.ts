import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { compose, portOf, read, root, scraped } from "./test-compose.ts";

// What Prometheus and Grafana are given, as far as it can be seen without them; e2e has the rest.

test("Prometheus looks up every service but the simulator at its port", () => {
  const Job = z.object({
    job_name: z.string(),
    dns_sd_configs: z.tuple([
      z.object({ names: z.tuple([z.string()]), type: z.literal("A"), port: z.number() }),
    ]),
  });
  const Config = z.object({ scrape_configs: z.array(Job), rule_files: z.array(z.string()) });
  const config = Config.parse(parse(read("infra/prometheus/prometheus.yml")));
  const jobs = config.scrape_configs.map(({ job_name: job, dns_sd_configs: [lookup] }) => ({
    job,
    at: `${lookup.names[0]}:${lookup.port}`,
  }));
  expect(jobs.toSorted((a, b) => a.job.localeCompare(b.job))).toEqual(
    scraped.map((name) => ({ job: name, at: `${name}:${portOf(name)}` })),
  );
  for (const file of config.rule_files) expect(read(`infra/prometheus/${file}`)).not.toBe("");
});

test("a service that is gone altogether is missed, whichever it is", () => {
  const Rules = z.object({
    groups: z.tuple([
      z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) }),
    ]),
  });
  const [{ rules }] = Rules.parse(parse(read("infra/prometheus/alerts.yml"))).groups;
  const expr = rules.find(({ alert }) => alert === "ServiceDown")?.expr ?? "";
  const missed = [...expr.matchAll(/absent\(up\{job="([a-z-]+)"\} == 1\)/g)].map(
    ([, job = ""]) => job,
  );
  expect(missed.toSorted()).toEqual(scraped);
});

const Rect = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const Panel = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string().min(1),
  description: z.string().optional(),
  gridPos: Rect,
  datasource: z.object({ type: z.literal("prometheus"), uid: z.string() }).optional(),
  targets: z
    .array(
      z.object({
        refId: z.string(),
        expr: z.string(),
        datasource: z.object({ uid: z.string() }),
      }),
    )
    .default([]),
});
const Dashboard = z.object({ uid: z.string().min(1), title: z.string(), panels: z.array(Panel) });
const dashboards = readdirSync(new URL("infra/grafana/dashboards/", root)).map((file) => ({
  file,
  ...Dashboard.parse(JSON.parse(read(`infra/grafana/dashboards/${file}`))),
}));

test.each(dashboards)("the panels of $file have ids of their own and explain themselves", (one) => {
  expect(new Set(one.panels.map(({ id }) => id)).size).toBe(one.panels.length);
  for (const panel of one.panels.filter(({ type }) => type !== "row")) {
    expect(panel.description, panel.title).toMatch(/\w/);
    expect(panel.targets.length, panel.title).toBeGreaterThan(0);
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
  }
});

test.each(dashboards)("the panels of $file lie on the grid beside each other", ({ panels }) => {
  const within = panels.filter(({ gridPos: { x, w, h } }) => x >= 0 && x + w <= 24 && h > 0);
  expect(within.length).toBe(panels.length);
  const overlapping = panels.flatMap((one, index) =>
    panels
      .slice(index + 1)
      .filter((other) => overlap(one.gridPos, other.gridPos))
      .map((other) => `${one.title} and ${other.title}`),
  );
  expect(overlapping).toEqual([]);
});

function overlap(a: z.infer<typeof Rect>, b: z.infer<typeof Rect>): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

test("Grafana is given the datasource its dashboards ask, at Prometheus' address", () => {
  const Sources = z.object({
    datasources: z.array(z.object({ uid: z.string(), type: z.string(), url: z.string() })),
  });
  const { datasources } = Sources.parse(
    parse(read("infra/grafana/provisioning/datasources/prometheus.yml")),
  );
  const asked = dashboards.flatMap(({ panels }) =>
    panels.flatMap(({ datasource, targets }) => [
      ...(datasource === undefined ? [] : [datasource.uid]),
      ...targets.map((target) => target.datasource.uid),
    ]),
  );
  expect(new Set(asked)).toEqual(new Set(datasources.map(({ uid }) => uid)));
  for (const { url } of datasources)
    expect(compose.services["prometheus"]?.ports).toContain(
      `127.0.0.1:${new URL(url).port}:${new URL(url).port}`,
    );
});

test("Grafana finds its dashboards, the first page among them, where they are mounted", () => {
  const grafana = compose.services["grafana"];
  const Providers = z.object({
    providers: z.array(z.object({ options: z.object({ path: z.string() }) })),
  });
  const { providers } = Providers.parse(
    parse(read("infra/grafana/provisioning/dashboards/dashboards.yml")),
  );
  for (const { options } of providers)
    expect(grafana?.volumes).toContain(`./infra/grafana/dashboards:${options.path}:ro`);
  expect(grafana?.volumes).toContain("./infra/grafana/provisioning:/etc/grafana/provisioning:ro");
  const home = grafana?.environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];
  expect(dashboards.map(({ file }) => `/etc/grafana/dashboards/${file}`)).toContain(home);
});
