import { existsSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compose, entryOf, folders, read, root } from "./test-compose.ts";

// What holds for every container of docker-compose.yml, whoever made its image.

const stores = ["kafka", "postgres", "redis"];
const published = ["gateway", "realtime", "provider-simulator", "prometheus", "grafana"];

describe.each(Object.entries(compose.services))("%s", (name, entry) => {
  test("gets no right it can do without", () => {
    expect(entry.cap_drop).toEqual(["ALL"]);
    expect(entry.security_opt).toEqual(["no-new-privileges:true"]);
    // Kafka and Postgres write below their image's folders, too.
    expect(entry.read_only).toBe(name !== "kafka" && name !== "postgres");
  });

  test("is limited in processor time, memory and processes", () => {
    const { cpus, memory, pids } = entry.deploy.resources.limits;
    expect(Number(cpus)).toBeGreaterThan(0);
    expect(memory).toMatch(/^\d+[MG]$/);
    expect(pids).toBeGreaterThan(0);
  });

  test("runs our image, or one whose version is told to the last digit", () => {
    if (entry.image !== "pulsecourier")
      expect(entry.image).toMatch(/^[a-z/]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  test("is asked how it does, unless it ends by itself", () => {
    if (name === "migrate") expect(entry.healthcheck).toBeUndefined();
    else expect(entry.healthcheck?.test[0]).toBe("CMD");
  });

  test("waits for, and is joined to, what this file has", () => {
    const awaited = Array.isArray(entry.depends_on)
      ? entry.depends_on
      : Object.keys(entry.depends_on);
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(awaited));
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(entry.networks));
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(entry.secrets));
  });

  test("mounts folders that exist read-only, and volumes this file names", () => {
    for (const volume of entry.volumes) {
      const [source = "", , mode] = volume.split(":");
      if (source.startsWith("./")) {
        expect(mode, volume).toBe("ro");
        expect(statSync(new URL(source, root)).isDirectory(), volume).toBe(true);
      } else expect(compose.volumes).toHaveProperty(source);
    }
  });

  test("publishes nothing, or one port on loopback", () => {
    expect(entry.ports.length).toBe(published.includes(name) ? 1 : 0);
    for (const port of entry.ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
  });
});

test("data stores are reached by services alone and reach nothing outside", () => {
  expect(compose.networks["stores"]).toEqual({ internal: true });
  for (const name of stores) expect(entryOf(name).networks).toEqual(["stores"]);
  const joined = Object.keys(compose.services).filter((name) =>
    entryOf(name).networks.includes("stores"),
  );
  const services = folders.filter((name) => name !== "provider-simulator");
  expect(joined.toSorted()).toEqual([...services, ...stores, "migrate"].toSorted());
});

test("every volume and every secret is used", () => {
  const entries = Object.values(compose.services);
  const mounted = entries.flatMap(({ volumes }) => volumes.map((one) => one.split(":")[0]));
  expect(mounted).toEqual(expect.arrayContaining(Object.keys(compose.volumes)));
  const given = entries.flatMap(({ secrets }) => secrets);
  expect(given).toEqual(expect.arrayContaining(Object.keys(compose.secrets)));
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

test("the files that containers are started or probed with exist", () => {
  const files = Object.values(compose.services)
    .flatMap(({ command = [], healthcheck }) => [...command, ...(healthcheck?.test ?? [])])
    .filter((word) => /\.(ts|mjs)$/.test(word));
  expect(files.length).toBeGreaterThan(folders.length);
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});
