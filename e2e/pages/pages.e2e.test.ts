import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cli, commands, inherited, spawnCli, untilNoneLeft } from "../start-cli.ts";
import { matchOutput } from "./match-output.ts";
import { NOT_RUN } from "./not-run.ts";
import { type PageShell, startPageShell } from "./page-shell.ts";
import { type Block, commandsOf, pageNames, readBlocks, ROOT } from "./read-page.ts";

const home = mkdtempSync(join(tmpdir(), "pulse-pages-"));
const dataDir = join(home, "data");
const checkout = join(home, "checkout");
const pages = pageNames().map((page) => ({ page, blocks: readBlocks(page) }));
const shellBlocks = pages.flatMap(({ blocks }) =>
  blocks.filter(({ language }) => language === "sh"),
);
const isRun = (block: Block) => commandsOf(block).every((command) => !(command in NOT_RUN));
const has = (command: string) => spawnSync(command, ["--version"]).status === 0;
let cli: Cli;

beforeAll(async () => {
  likeCheckout();
  cli = spawnCli(commands.npmStart, { PULSE_DATA_DIR: dataDir });
  await cli.until("Ctrl-C stops everything.");
}, 120_000);

afterAll(async () => {
  cli.signalGroup("SIGINT");
  await cli.exit;
  await untilNoneLeft(dataDir);
  rmSync(home, { recursive: true, force: true });
}, 30_000);

/** This checkout as a folder of its own, where pages may save files, with kafkajs as if installed. */
function likeCheckout(): void {
  const modules = join(checkout, "node_modules");
  mkdirSync(modules, { recursive: true });
  const link = (from: string, to: string) => {
    for (const name of readdirSync(from)) {
      if (!["node_modules", ".git"].includes(name)) symlinkSync(join(from, name), join(to, name));
    }
  };
  link(ROOT, checkout);
  link(join(ROOT, "node_modules"), modules);
  symlinkSync(join(ROOT, "packages/kafka/node_modules/kafkajs"), join(modules, "kafkajs"));
}

test("every shell block is run or listed with the reason, as a whole", () => {
  const mixed = shellBlocks.filter(
    (block) => !isRun(block) && commandsOf(block).some((command) => !(command in NOT_RUN)),
  );
  expect(mixed.map(({ where }) => where)).toEqual([]);
  const used = new Set(shellBlocks.flatMap(commandsOf));
  expect(Object.keys(NOT_RUN).filter((command) => !used.has(command))).toEqual([]);
  const covered = Object.values(NOT_RUN).flatMap(({ covered: file }) => file ?? []);
  expect(covered.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test("commands stand in `sh` blocks, and JSON is what the block before it printed", () => {
  const known = ["sh", "js", "ts", "diff", "text", "mermaid"];
  const unknown = pages.flatMap(({ blocks }) =>
    blocks.filter((one) => !known.includes(one.language)),
  );
  expect(unknown.map(({ where, language }) => `${where} ${language}`)).toEqual([]);
});

const runnable = pages.filter(({ blocks }) =>
  blocks.some((block) => block.language === "sh" && isRun(block)),
);

test.skipIf(!has("bash") || !has("curl")).each(runnable)(
  "$page can be pasted, block by block",
  async ({ blocks }) => {
    const path = (process.env["PATH"] ?? "").split(delimiter);
    const shell = startPageShell(checkout, {
      ...inherited(),
      PATH: path.filter((folder) => !folder.startsWith(ROOT)).join(delimiter),
      PULSE_DATA_DIR: dataDir,
    });
    try {
      for (const block of blocks) await follow(shell, block);
    } finally {
      await shell.close();
    }
  },
  120_000,
);

/** Does with a block what its reader does: saves a file, pastes commands, looks until it shows what the page shows. */
async function follow(shell: PageShell, block: Block): Promise<void> {
  const { language, text, where, output } = block;
  if (language === "js") {
    const [, name] = /^\/\/ ([\w-]+\.mjs)\n/.exec(text) ?? [];
    if (name === undefined) throw new Error(`${where}: begin it with the name it is saved by`);
    writeFileSync(join(checkout, name), text);
  }
  if (language !== "sh" || !isRun(block)) return;
  if (output === undefined || changesSomething(text)) {
    const done = await shell.paste(text);
    expect(done, where).toMatchObject({ code: 0 });
    if (output !== undefined) matchOutput(output, done.stdout);
    return;
  }
  await eventually(
    async () => {
      const seen = await shell.look(text);
      expect(seen, where).toMatchObject({ code: 0 });
      matchOutput(output, seen.stdout);
    },
    { timeoutMs: 20_000, intervalMs: 100 },
  );
}

/** Whether a block does more than ask, so that it is not to be pasted twice. */
function changesSomething(text: string): boolean {
  return / -d | -X |pulse (send|publish|keys create|keys revoke|dlq redrive|stops add|stops lift|templates push)|=\$\(|^(npx )?node /m.test(
    text,
  );
}
