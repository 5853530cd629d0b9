import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";

// Each test runs a real process, since signals and exit codes are what is promised.
function runMain(service: string, env: Record<string, string> = {}) {
  const script = `
    import { runService, commonEnv } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)}
    const schema = commonEnv.pick({ LOG_LEVEL: true, SHUTDOWN_DEADLINE_MS: true, DATABASE_URL: true, KAFKA_BROKERS: true })
    const alive = setInterval(() => {}, 1000)
    await runService('sample', schema, async (config) => (${service}))`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: new URL("..", import.meta.url),
    env: { PATH: process.env.PATH, DATABASE_URL: "postgres://u:hidden@db.example/p", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  const seen: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      for (const check of seen) check();
    });
  }
  const exit = once(child, "close").then(([code]: unknown[]) => ({ code, output }));
  const untilPrinted = (text: string) =>
    new Promise<void>((resolve) => {
      const check = () => output.includes(text) && resolve();
      seen.push(check);
      check();
    });
  return { child, exit, untilPrinted };
}

const healthy = `{ name: 'sample', start: async () => ({ url: 'http://127.0.0.1:1' }), close: async () => console.log('closed') }`;

describe("runService", () => {
  it("prints every problem of the environment and exits with 2", async () => {
    const { exit } = runMain(healthy, {
      DATABASE_URL: "mysql://u:hidden@x",
      KAFKA_BROKERS: ",",
      LOG_LEVEL: "loud",
    });
    const { code, output } = await exit;
    expect(code).toBe(2);
    expect(output).toContain("DATABASE_URL: expected a URL starting with postgres://");
    expect(output).toContain("KAFKA_BROKERS: expected a comma-separated list");
    expect(output).toContain("LOG_LEVEL: expected one of trace");
    expect(output).not.toContain("hidden");
  });

  it.each(["SIGTERM", "SIGINT"] as const)("closes on %s and exits with 0", async (signal) => {
    const { child, exit, untilPrinted } = runMain(healthy);
    await untilPrinted("sample is ready");
    child.kill(signal);
    const { code, output } = await exit;
    expect(code).toBe(0);
    expect(output).toContain("closed");
  });

  it("ends on a signal though nobody reads its log any more", async () => {
    const { child, exit, untilPrinted } = runMain(healthy);
    await untilPrinted("sample is ready");
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill("SIGTERM");
    expect((await exit).code).toBe(0);
  });

  it("takes quickly repeated signals for one", async () => {
    const slow = healthy.replace(
      "console.log('closed')",
      "{ await new Promise((r) => setTimeout(r, 300)) }",
    );
    const { child, exit, untilPrinted } = runMain(slow);
    await untilPrinted("sample is ready");
    child.kill("SIGINT");
    await untilPrinted('"reason":"SIGINT"');
    child.kill("SIGINT");
    child.kill("SIGTERM");
    expect((await exit).code).toBe(0);
  });

  it("exits with 1 when closing takes longer than the deadline", async () => {
    const stuck = healthy.replace("console.log('closed')", "new Promise(() => {})");
    const { child, exit, untilPrinted } = runMain(stuck, { SHUTDOWN_DEADLINE_MS: "100" });
    await untilPrinted("sample is ready");
    child.kill("SIGTERM");
    const { code, output } = await exit;
    expect(code).toBe(1);
    expect(output).toContain("not stopped in time");
  });

  it.each([
    [
      "the start fails",
      healthy.replace("({ url: 'http://127.0.0.1:1' })", "{ throw new Error('port taken') }"),
    ],
    ["creating fails", `(() => { throw new Error('port taken') })()`],
    [
      "an error is thrown outside",
      healthy.replace("({ url", `(setTimeout(() => { throw new Error('port taken') }), { url`),
    ],
    [
      "a rejection is not handled",
      healthy.replace("({ url", `(void Promise.reject(new Error('port taken')), { url`),
    ],
  ])("logs and exits with 1 when %s", async (_what, service) => {
    const { code, output } = await runMain(service).exit;
    expect(code).toBe(1);
    expect(output).toContain("port taken");
  });
});
