import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { pageNames, readBlocks, ROOT } from "./read-page.ts";

const shell = promisify(execFile);
const overlay = mkdtempSync(join(tmpdir(), "pulse-snippets-"));
afterAll(() => rmSync(overlay, { recursive: true, force: true }));

/** TypeScript blocks that are whole files, by the path their page says they are saved at. */
const snippets = pageNames()
  .flatMap(readBlocks)
  .filter(({ language, text }) => language === "ts" && text.startsWith("import "))
  .map(({ path = "", text }) => ({ path, text }));

test("what the guides tell to write has the types of where it is written", async () => {
  expect(snippets.length).toBeGreaterThan(1);
  for (const { path, text } of snippets) {
    const file = join(overlay, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const member = path.split("/").slice(0, 2).join("/");
    const modules = join(overlay, member, "node_modules");
    if (!existsSync(modules)) symlinkSync(join(ROOT, member, "node_modules"), modules);
  }
  writeFileSync(join(overlay, "package.json"), JSON.stringify({ type: "module" }));
  const tsconfig = join(overlay, "tsconfig.json");
  const compilerOptions = {
    // Relative imports look in both: the snippets lie over the checkout.
    rootDirs: [ROOT, overlay],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  // What the tests' servers tell a test is declared there.
  const files = [
    ...snippets.map(({ path }) => path),
    join(ROOT, "packages/testkit/src/global-setup.ts"),
  ];
  const extended = join(ROOT, "tsconfig.json");
  writeFileSync(
    tsconfig,
    JSON.stringify({ extends: extended, compilerOptions, files, include: [] }),
  );
  const check = shell(join(ROOT, "node_modules/.bin/tsc"), ["-p", tsconfig], { cwd: overlay });
  const { stdout } = await check.catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});
