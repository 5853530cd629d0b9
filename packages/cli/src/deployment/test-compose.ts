import { readdirSync, readFileSync } from "node:fs";
import { describeConfig } from "@pulsecourier/runtime";
import { parse } from "yaml";
import { z } from "zod";
import { SCHEMAS } from "../environment/variables.ts";

export const root = new URL("../../../../", import.meta.url);
export const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

const Entry = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  deploy: z.object({
    resources: z.object({
      limits: z.object({ cpus: z.string(), memory: z.string(), pids: z.number() }),
    }),
  }),
});
const Compose = z.object({
  services: z.record(z.string(), Entry),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) }).nullable()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});
export type Entry = z.infer<typeof Entry>;

/** docker-compose.yml as far as the tests look at it. */
export const compose = Compose.parse(parse(read("docker-compose.yml"), { merge: true }));

const { "pulse migrate": migrate = z.object({}), ...services } = SCHEMAS;
/** The environment each of our containers reads, by the names of this file. */
export const schemas: Record<string, z.ZodObject> = { ...services, migrate };
export const folders = readdirSync(new URL("services/", root)).toSorted();
/** The services that are scraped: the simulator is no part of the platform. */
export const scraped = folders.filter((name) => name !== "provider-simulator");

export function entryOf(name: string): Entry {
  const entry = compose.services[name];
  if (entry === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return entry;
}

/** The port a service listens on in its container: its variable, or the default. */
export function portOf(name: string): string {
  const row = describeConfig(schemas[name] ?? z.object({})).find(
    (one) => one.name.endsWith("_PORT") && !one.name.endsWith("SMTP_PORT"),
  );
  return entryOf(name).environment[row?.name ?? ""] ?? row?.default ?? "";
}
