import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@pulsecourier/testkit";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { PROMETHEUS, RULES } from "./operator-queries.ts";

/** Whether a program is on the PATH. */
export const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

export type Sample = { metric: Record<string, string>; value: number };
export type Prometheus = {
  /** The series an expression has now; rejects with Prometheus' reason when it refuses. */
  query: (expr: string) => Promise<Sample[]>;
  rules: () => Promise<{ name: string; health: string; lastError?: string | undefined }[]>;
  close: () => Promise<void>;
};

/** A real Prometheus with the repository's configuration, each job pointed at a service of this machine. */
export async function startPrometheus(services: Record<string, string>): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), "pulse-prometheus-"));
  const config = join(dir, "prometheus.yml");
  writeFileSync(config, renderConfig(services));
  const url = `http://127.0.0.1:${await freePort()}`;
  const options = {
    "config.file": config,
    "storage.tsdb.path": join(dir, "data"),
    "web.listen-address": new URL(url).host,
    "log.level": "warn",
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn("prometheus", args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok, { timeoutMs: 20_000 });
  return {
    query: async (expr) => {
      const body = new URLSearchParams({ query: expr });
      const response = await fetch(`${url}/api/v1/query`, { method: "POST", body });
      const answer = Answer.parse(await response.json());
      if (answer.status === "error") throw new Error(`${answer.error}: ${expr}`);
      return answer.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    rules: async () => {
      const { data } = RulesAnswer.parse(await (await fetch(`${url}/api/v1/rules`)).json());
      return data.groups.flatMap((group) => group.rules);
    },
    close: async () => {
      child.kill();
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const Answer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("error"), error: z.string() }),
  z.object({
    status: z.literal("success"),
    data: z.object({
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    }),
  }),
]);
const RulesAnswer = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() }),
        ),
      }),
    ),
  }),
});

function renderConfig(services: Record<string, string>): string {
  const Config = z.looseObject({ scrape_configs: z.array(z.object({ job_name: z.string() })) });
  const config = Config.parse(parse(readFileSync(PROMETHEUS, "utf8")));
  return stringify({
    ...config,
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [RULES],
    scrape_configs: config.scrape_configs.map(({ job_name: job }) => ({
      job_name: job,
      static_configs: [{ targets: [new URL(services[job] ?? "").host] }],
    })),
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}
