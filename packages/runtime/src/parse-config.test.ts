import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { commonEnv } from "./common-env.ts";
import { describeConfig } from "./describe-config.ts";
import { bool, csv, integer, port, secret, url } from "./env-types.ts";
import { ConfigError, parseConfig } from "./parse-config.ts";

const schema = z.object({
  PORT: port().default(8080).describe("Where to listen"),
  CALLBACK_URL: url("https").optional().describe("Where to call back"),
  API_KEY: secret().describe("The key of the provider"),
  DRY_RUN: bool().default(false),
  PROVIDERS: csv().default(["smtp"]),
  RATE: integer({ min: 1, max: 100, unit: "calls/s" }).default(10),
});

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    parseConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError)
      return Object.fromEntries(error.problems.map((each) => [each.name, each.problem]));
    throw error;
  }
  return {};
}

function secretFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret");
  writeFileSync(file, content);
  return file;
}

describe("parseConfig", () => {
  it("fills defaults and converts", () => {
    expect(
      parseConfig(schema, {
        API_KEY: "k",
        PROVIDERS: "sendgrid, smtp ,",
        DRY_RUN: "yes",
        RATE: "7",
      }),
    ).toEqual({
      PORT: 8080,
      API_KEY: "k",
      DRY_RUN: true,
      PROVIDERS: ["sendgrid", "smtp"],
      RATE: 7,
    });
  });

  it("takes an empty variable for unset", () => {
    expect(parseConfig(schema, { API_KEY: "k", PORT: "", CALLBACK_URL: "" }).PORT).toBe(8080);
    expect(problemsOf({ API_KEY: "" }).API_KEY).toContain("is required");
  });

  it("lists every problem at once and never a value", () => {
    const bad = {
      PORT: "70000",
      CALLBACK_URL: "ftp://x",
      DRY_RUN: "perhaps",
      RATE: "1e3",
      PROVIDERS: " , ",
    };
    const problems = problemsOf(bad);
    expect(problems).toEqual({
      PORT: "expected a port from 0 to 65535 (Where to listen)",
      CALLBACK_URL: "expected a URL starting with https:// (Where to call back)",
      API_KEY: "is required; expected a value (The key of the provider)",
      DRY_RUN: "expected true or false",
      PROVIDERS: "expected a comma-separated list",
      RATE: "expected a whole number from 1 to 100 calls/s",
    });
    for (const value of Object.values(bad))
      expect(Object.values(problems).join()).not.toContain(value);
  });

  it("names every variable in the error message", () => {
    expect(() => parseConfig(schema, { PORT: "x" })).toThrow(/PORT: .*\n.*API_KEY: /);
  });

  it("reads a secret from the file its twin names", () => {
    expect(parseConfig(schema, { API_KEY_FILE: secretFile("  from-file\n") }).API_KEY).toBe(
      "from-file",
    );
  });

  it("refuses a secret given twice, an unreadable file and an empty file", () => {
    expect(problemsOf({ API_KEY: "k", API_KEY_FILE: secretFile("k") }).API_KEY).toContain(
      "not both",
    );
    expect(problemsOf({ API_KEY_FILE: "/does/not/exist" }).API_KEY).toContain("ENOENT");
    expect(problemsOf({ API_KEY_FILE: secretFile("\n") }).API_KEY).toContain("is required");
  });

  it("has no file twin for what is no secret", () => {
    expect(parseConfig(schema, { API_KEY: "k", PORT_FILE: secretFile("1") }).PORT).toBe(8080);
  });
});

describe("describeConfig", () => {
  it("gives one row per variable", () => {
    const plain = { required: false, description: "", secret: false };
    expect(describeConfig(schema)).toEqual([
      {
        name: "PORT",
        required: false,
        default: "8080",
        description: "Where to listen",
        values: "port; 0 for any",
        secret: false,
      },
      {
        name: "CALLBACK_URL",
        required: false,
        default: null,
        description: "Where to call back",
        values: "https://…",
        secret: false,
      },
      {
        name: "API_KEY",
        required: true,
        default: null,
        description: "The key of the provider",
        values: "",
        secret: true,
      },
      { ...plain, name: "DRY_RUN", default: "false", values: "true or false" },
      { ...plain, name: "PROVIDERS", default: "smtp", values: "comma-separated list" },
      { ...plain, name: "RATE", default: "10", values: "1 to 100 calls/s" },
    ]);
  });

  it("finds a description for every common variable and keeps connection strings secret", () => {
    const rows = describeConfig(commonEnv);
    expect(rows.filter((row) => row.description === "")).toEqual([]);
    expect(rows.filter((row) => row.secret).map((row) => row.name)).toEqual([
      "DATABASE_URL",
      "REDIS_URL",
    ]);
  });
});
