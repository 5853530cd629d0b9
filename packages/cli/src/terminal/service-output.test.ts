import { expect, test } from "vitest";
import { readable, serviceOutput } from "./service-output.ts";

const log = {
  level: "warn",
  time: "2026-11-21T10:02:45.936Z",
  service: "gateway",
  err: { type: "Error", message: "connect ECONNREFUSED", stack: "Error: …" },
  msg: "Postgres is away",
};

test("a log line is shortened to what a person needs", () => {
  expect(readable(JSON.stringify(log))).toBe(
    "10:02:45Z warn gateway: Postgres is away (connect ECONNREFUSED)",
  );
  expect(readable(JSON.stringify({ ...log, err: undefined, error: "gone" }))).toContain("(gone)");
  expect(readable(JSON.stringify({ ...log, err: undefined }))).toMatch(/away$/);
});

test("what is no log line stays as it is", () => {
  for (const line of ["SyntaxError: x", "{half", '{"other":"json"}'])
    expect(readable(line)).toBe(line);
});

test("every line written is told, blank ones left out", () => {
  const told: string[] = [];
  const output = serviceOutput((line) => told.push(line));
  output.write("one\n\ntwo\n");
  output.write(`${JSON.stringify(log)}\n`);
  expect(told).toEqual(["one", "two", expect.stringContaining("warn gateway")]);
});
