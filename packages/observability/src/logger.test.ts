import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";

const secrets = [
  "alice@example.com",
  "jörg@müller.example",
  "+4915112345678",
  "s3cretpassword",
  "pc_dev_abcdef123456",
];

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(
    createLogger({
      service: "test",
      level: "trace",
      destination: { write: (line) => lines.push(line) },
    }),
  );
  expect(lines.length).toBeGreaterThan(0);
  return lines.join("");
}

function expectNoSecret(output: string): void {
  for (const secret of secrets) expect(output).not.toContain(secret);
}

describe("createLogger", () => {
  it("names the service and the level in words", () => {
    const line: unknown = JSON.parse(logged((logger) => logger.info({ topic: "a" }, "started")));
    expect(line).toMatchObject({ service: "test", level: "info", msg: "started", topic: "a" });
  });

  it.each([
    ["top-level keys", { email: secrets[0], phone: secrets[2], token: secrets[4], to: ["bob"] }],
    [
      "nested keys",
      { recipient: { email: secrets[0], push: { address: "x", deep: { password: secrets[3] } } } },
    ],
    [
      "a recipient under a key nobody thought of",
      { delivery: { target: secrets[0], other: [secrets[1]] } },
    ],
    ["request headers", { request: { headers: { authorization: `Bearer ${secrets[3]}` } } }],
    [
      "a connection string",
      { database: `postgres://pulse:${secrets[3]}@db.example.com:5432/pulse` },
    ],
  ])("hides %s", (_what, fields) => {
    expectNoSecret(logged((logger) => logger.warn(fields, "something happened")));
  });

  it("replaces the whole value of a sensitive key", () => {
    const line: unknown = JSON.parse(
      logged((logger) => logger.info({ to: "U024BE7LH", phone: "0151 1234" })),
    );
    expect(line).toMatchObject({ to: "[redacted]", phone: "[redacted]" });
  });

  it("hides addresses in messages, errors and their causes", () => {
    const output = logged((logger) => {
      logger.info(`could not reach ${secrets[0]} or ${secrets[2]}`);
      const cause = new Error(`550 5.1.1 <${secrets[0]}> unknown`);
      logger.error(
        { err: new Error(`send to ${secrets[1]} with ${secrets[4]}`, { cause }) },
        "failed",
      );
    });
    expectNoSecret(output);
    expect(output).toContain("550 5.1.1");
  });

  it.each([
    "https://hooks.slack.com/services/T00000000/B00000000/s3cret",
    "POST /bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDs3cret/sendMessage",
  ])("hides the secret in the path of %s", (path) => {
    const output = logged((logger) => logger.error({ err: new Error(`no answer from ${path}`) }));
    expect(output).toContain("no answer from ");
    expect(output).not.toContain("s3cret");
  });

  it("leaves versions, paths and times readable", () => {
    const text =
      "at .pnpm/kafkajs@2.2.4/node_modules 2026-12-01T09:00:00+01:00 pulse.events.normal.v1 1+1=2";
    expect(logged((logger) => logger.info(text))).toContain(text);
  });

  it("stays fast on a long line without an address", () => {
    const started = performance.now();
    logged((logger) => logger.info({ data: `@${"a".repeat(200_000)}` }, "long"));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
