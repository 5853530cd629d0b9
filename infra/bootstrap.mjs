/**
 * What `npm start`, `npm run demo`, `npm run bench`, `npm run chaos`, `npm run pulse`, `npm test` and `pnpm check`
 * run. Plain JavaScript without dependencies for any Node from 18 on: it installs the dependencies
 * when they are missing or older than the lock file, then hands over to the Node 24 among them.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const pnpm = "pnpm@10.34.9";
const isWindows = process.platform === "win32";
const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const node = join(modules, "node", "bin", isWindows ? "node.exe" : "node");
const stamp = join(modules, ".pulsecourier-lock");

const env = {
  ...process.env,
  PATH: [join(node, ".."), join(modules, ".bin"), process.env.PATH].join(delimiter),
  // Downloads go through the proxy and trust the certificates the machine is set up with.
  NODE_USE_ENV_PROXY: "1",
  NODE_USE_SYSTEM_CA: "1",
  // What was compiled once is read the next time: a service starts in little more than half the time.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(modules, ".cache", "node"),
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
};

let running;
// Kept to the very end: npm sends a Ctrl-C on, and one that comes late would end what has just ended well.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => running?.kill(signal));
}

/** Runs a command to its end and answers its exit code; signals are passed on and waited for. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: "inherit", ...options });
    running = child;
    const orphaned = whenOrphaned(() => child.kill("SIGTERM"));
    const finish = (code) => {
      clearInterval(orphaned);
      resolve(code);
    };
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`);
      finish(1);
    });
    child.once("exit", (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}

// npm that was killed passes no signal on; what it started must not outlive it.
function whenOrphaned(act) {
  const parent = process.ppid;
  const look = () => process.env.npm_lifecycle_event && process.ppid !== parent && act();
  return setInterval(look, 500).unref();
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
  if (readOrEmpty(stamp) === lock) return;
  // Standard output is the command's.
  console.error("Installing dependencies, some 15 s on a first run …");
  const args = [
    "--yes",
    pnpm,
    "install",
    "--frozen-lockfile",
    "--config.confirmModulesPurge=false",
    "--config.ignore-workspace-cycles=true",
  ];
  // `npm --silent` would silence pnpm too, and with it the reason of a failure.
  const { npm_config_loglevel: _, ...given } = process.env;
  // npm's own pauses make a missing network known only after more than a minute.
  const pauses = {
    npm_config_fetch_retry_mintimeout: "500",
    npm_config_fetch_retry_maxtimeout: "3000",
  };
  const code = await run("npx", args, {
    shell: isWindows,
    env: { ...pauses, ...given },
    stdio: ["inherit", 2, 2],
  });
  if (code > 128) process.exit(code);
  if (code !== 0) {
    fail(
      "The dependencies could not be installed; the reason is above.\n" +
        "Ways out: check the network (behind a proxy: npm config set proxy …, or a mirror: " +
        "npm config set registry …), or copy node_modules from a machine where it worked, " +
        `then run the same command again. By hand: npx ${pnpm} install --frozen-lockfile`,
      code,
    );
  }
  writeFileSync(stamp, lock);
}

// The package manager puts a shell script here, which swallows the signals npm sends on.
function unwrapNode() {
  const bin = join(modules, ".bin", "node");
  if (isWindows || lstatSync(bin, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  rmSync(bin, { force: true });
  symlinkSync(node, bin);
}

function fail(message, code = 1) {
  console.error(`\n${message}`);
  process.exit(code);
}

const cli = (args) => program("cli", args);

/** Runs the program of a package. */
function program(name, args) {
  const tied = ["--import", new URL("end-with-parent.mjs", import.meta.url).href];
  const main = join(root, "packages", name, "src", "main.ts");
  return run(node, [...tied, main, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
}

function tool(name, args) {
  return run(join(modules, ".bin", isWindows ? `${name}.cmd` : name), args, { shell: isWindows });
}

/** The house rules: formatting, lint, types, import boundaries, unused code, unit tests. */
function check(tasks = ["format", "lint", "types", "boundaries", "unused", "unit"]) {
  return tool("turbo", ["run", ...tasks, "--continue", "--output-logs=errors-only"]);
}

/** The house rules, then every test; the last line is the sum. */
async function test(args) {
  const rules = await check(["format", "lint", "types", "boundaries", "unused"]);
  if (rules !== 0) return summary(0, 1, rules);
  const dir = mkdtempSync(join(tmpdir(), "pulsecourier-"));
  const report = join(dir, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await tool("vitest", ["run", ...reporters, ...args]);
  const counts = JSON.parse(readOrEmpty(report) || "{}");
  rmSync(dir, { recursive: true, force: true });
  const failed = counts.numFailedTests || (code === 0 ? 0 : 1);
  return summary(counts.numPassedTests || 0, failed, code);
}

function summary(passed, failed, code) {
  console.log(`${passed} passed, ${failed} failed`);
  return code;
}

const commands = {
  up: (args) => cli(["up", ...args]),
  demo: (args) => cli(["demo", ...args]),
  bench: (args) => program("bench", args),
  chaos: (args) => program("chaos", args),
  pulse: (args) => cli(args),
  check: () => check(),
  test,
};

const [name, ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Usage: node infra/bootstrap.mjs ${Object.keys(commands).join("|")}`);
if (Number.parseInt(process.versions.node, 10) < 18) {
  fail(`Node 18 or newer is needed, this is ${process.version}.`);
}
await install();
unwrapNode();
process.exit(await command(rest));
