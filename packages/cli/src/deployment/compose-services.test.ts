import { commonEnv, describeConfig } from "@pulsecourier/runtime";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { compose, entryOf, folders, portOf, schemas } from "./test-compose.ts";

// The services of docker-compose.yml are held to what the code reads.

const lifecycle = commonEnv.pick({ LOG_LEVEL: true, SHUTDOWN_DEADLINE_MS: true });

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

test("every service has a schema here and an entry in the compose file", () => {
  expect(Object.keys(schemas).toSorted()).toEqual([...folders, "migrate"].toSorted());
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(folders));
});

describe.each(Object.entries(schemas))("%s", (name, schema) => {
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
});

describe.each(folders)("%s", (name) => {
  test("is started by its main file and probed at the port it listens on", () => {
    const { command, healthcheck, image, ports } = entryOf(name);
    expect(image).toBe("pulsecourier");
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
