import { readdirSync, readFileSync } from "node:fs";
import { gatewayConfig } from "@pulsecourier/gateway";
import { simulatorConfig } from "@pulsecourier/provider-simulator";
import { realtimeConfig } from "@pulsecourier/realtime";
import { routerConfig } from "@pulsecourier/router";
import { commonEnv, describeConfig } from "@pulsecourier/runtime";
import { schedulerConfig } from "@pulsecourier/scheduler";
import { senderEmailConfig } from "@pulsecourier/sender-email";
import { senderInappConfig } from "@pulsecourier/sender-inapp";
import { trackerConfig } from "@pulsecourier/tracker";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { migrateConfig } from "./commands/migrate.ts";

// docker-compose.yml and infra/prometheus are held to what the code reads and measures.

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const Entry = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  deploy: z.object({
    resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }),
  }),
});
const Compose = z.object({
  services: z.record(z.string(), Entry),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const compose = Compose.parse(parse(read("docker-compose.yml"), { merge: true }));

const lifecycle = commonEnv.pick({ LOG_LEVEL: true, SHUTDOWN_DEADLINE_MS: true });
const schemas: Record<string, z.ZodObject> = {
  gateway: gatewayConfig,
  router: routerConfig,
  scheduler: schedulerConfig,
  tracker: trackerConfig,
  realtime: realtimeConfig,
  "sender-email": senderEmailConfig,
  "sender-inapp": senderInappConfig,
  "provider-simulator": simulatorConfig,
};
const folders = readdirSync(new URL("services/", root)).toSorted();

function entryOf(name: string): z.infer<typeof Entry> {
  const entry = compose.services[name];
  if (entry === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return entry;
}

/** The variables a container sets by the names the service reads; the value of a secret's file is not looked at. */
function variablesOf(name: string, schema: z.ZodObject) {
  const rows = describeConfig(schema);
  const secrets = rows.filter((row) => row.secret).map((row) => row.name);
  const set = Object.keys(entryOf(name).environment).map((variable) => {
    const plain = variable.replace(/_FILE$/, "");
    return variable.endsWith("_FILE") && secrets.includes(plain) ? plain : variable;
  });
  return { rows, set };
}

/** The port a service listens on in its container: its variable, or the default. */
function portOf(name: string): string {
  const row = describeConfig(schemas[name] ?? lifecycle).find(
    (one) => one.name.endsWith("_PORT") && !one.name.endsWith("SMTP_PORT"),
  );
  return entryOf(name).environment[row?.name ?? ""] ?? row?.default ?? "";
}

test("every service has a schema here and an entry in the compose file", () => {
  expect(Object.keys(schemas).toSorted()).toEqual(folders);
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(folders));
});

describe.each([...Object.entries(schemas), ["migrate", migrateConfig] as const])(
  "%s",
  (name, schema) => {
    test("sets only variables it reads, and all it requires", () => {
      const { rows, set } = variablesOf(name, schema);
      const known = [...rows, ...describeConfig(lifecycle)].map((row) => row.name);
      expect(set.filter((variable) => !known.includes(variable))).toEqual([]);
      expect(
        rows.filter((row) => row.required && !set.includes(row.name)).map((row) => row.name),
      ).toEqual([]);
    });

    test("reads secrets from files it is given, and writes them nowhere", () => {
      const { environment, secrets } = entryOf(name);
      const files = Object.entries(environment).filter(([variable]) => variable.endsWith("_FILE"));
      expect(files.map(([, file]) => file).toSorted()).toEqual(
        secrets.map((secret) => `/run/secrets/${secret}`).toSorted(),
      );
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
      expect(Object.keys(environment)).not.toContain("DATABASE_URL");
    });

    test("runs the one image hardened and limited", () => {
      const entry = entryOf(name);
      expect(entry).toMatchObject({ image: "pulsecourier", read_only: true, cap_drop: ["ALL"] });
      expect(entry.deploy.resources.limits.memory).toMatch(/^\d+[MG]$/);
    });
  },
);

describe.each(folders)("%s", (name) => {
  test("is started by its main file and probed at the port it listens on", () => {
    const { command, healthcheck, ports } = entryOf(name);
    expect(command).toEqual([`services/${name}/src/main.ts`]);
    expect(healthcheck?.test).toEqual(["CMD", "node", "infra/docker/probe.mjs", portOf(name)]);
    for (const published of ports)
      expect(published).toBe(`127.0.0.1:${portOf(name)}:${portOf(name)}`);
  });

  test("listens on its container's network", () => {
    const host = describeConfig(schemas[name] ?? lifecycle).find((row) =>
      row.name.endsWith("HOST"),
    );
    expect(entryOf(name).environment[host?.name ?? ""]).toBe("0.0.0.0");
  });
});

test("the addresses in variables name services of this file", () => {
  const named = Object.values(compose.services).flatMap(({ environment }) =>
    Object.values(environment).flatMap((value) =>
      [...value.matchAll(/\/\/([a-z-]+):\d+/g)].map((found) => found[1]),
    ),
  );
  expect(named).toContain("redis");
  expect(named.filter((host) => !(host !== undefined && host in compose.services))).toEqual([]);
});

test("every secret's file for local use is there", () => {
  for (const { file } of Object.values(compose.secrets)) {
    const path = file.replace(
      "${SECRETS_DIR:-./infra/docker/dev-secrets}",
      "infra/docker/dev-secrets",
    );
    expect(read(path).trim(), path).not.toBe("");
  }
});

test("Prometheus scrapes every service but the simulator at its port", () => {
  const Config = z.object({
    scrape_configs: z.array(
      z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
    ),
  });
  const { scrape_configs: jobs } = Config.parse(parse(read("infra/prometheus/prometheus.yml")));
  const targets = jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
  const expected = folders
    .filter((name) => name !== "provider-simulator")
    .map((name) => `${name}:${portOf(name)}`);
  expect(targets.toSorted()).toEqual(expected.toSorted());
});

test("alerts and the operating page name metrics that exist", () => {
  const known = measured();
  const Rules = z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })),
  });
  const { groups } = Rules.parse(parse(read("infra/prometheus/alerts.yml")));
  const asked = groups.flatMap(({ rules }) =>
    rules.flatMap(({ expr }) => expr.match(/pulse_\w+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(3);
  const documented = read("docs/operating.md").match(/pulse_\w+/g) ?? [];
  expect([...asked, ...documented].filter((metric) => !known.has(metric))).toEqual([]);
});

/** Names of metrics as the sources define them. */
function measured(): Set<string> {
  const names = ["packages", "services"].flatMap((layer) =>
    readdirSync(new URL(`${layer}/`, root)).flatMap((folder) => namesIn(`${layer}/${folder}/src/`)),
  );
  return new Set(names);
}

function namesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .flatMap((path) =>
      [...read(folder + path).matchAll(/"(pulse_[a-z_]+)"/g)].map((found) => found[1] ?? ""),
    );
}
