import { readFileSync } from "node:fs";
import type { z } from "zod";
import { describeVariable } from "./describe-config.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export type ConfigProblem = { name: string; problem: string };

/** Everything that is wrong with an environment, one line per variable. Never holds a variable's value. */
export class ConfigError extends Error {
  readonly problems: ConfigProblem[];

  constructor(problems: ConfigProblem[]) {
    const lines = problems.map(({ name, problem }) => `  ${name}: ${problem}`);
    super(`The environment is not usable:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * Reads a typed configuration from environment variables. An empty variable counts as unset; a secret may come from
 * the file that `<NAME>_FILE` names (surrounding white space dropped).
 * Throws ConfigError with every problem at once.
 */
export function parseConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Env,
): z.output<z.ZodObject<Shape>> {
  const problems: ConfigProblem[] = [];
  const values: Record<string, string> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const read = readVariable(name, describeVariable(name, field).secret, env);
    if (read.problem !== undefined) problems.push({ name, problem: read.problem });
    else if (read.value !== undefined) values[name] = read.value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success && problems.length === 0) return parsed.data;
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? "(all)");
    if (problems.some((known) => known.name === name)) continue;
    const field = schema.shape[name];
    const about = field && describeVariable(name, field).description;
    const missing = values[name] === undefined ? "is required; " : "";
    problems.push({ name, problem: `${missing}${issue.message}${about ? ` (${about})` : ""}` });
  }
  throw new ConfigError(problems);
}

function readVariable(
  name: string,
  secret: boolean,
  env: Env,
): { value?: string; problem?: string } {
  const value = env[name] || undefined;
  const file = (secret && env[`${name}_FILE`]) || undefined;
  if (file === undefined) return { value };
  if (value !== undefined) return { problem: `set either ${name} or ${name}_FILE, not both` };
  try {
    return { value: readFileSync(file, "utf8").trim() || undefined };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { problem: `the file in ${name}_FILE cannot be read: ${reason}` };
  }
}
