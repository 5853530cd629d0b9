import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { inherited } from "../start-cli.ts";
import { applyDiff } from "./apply-diff.ts";
import { copyCheckout } from "./copy-checkout.ts";
import { startPageShell } from "./page-shell.ts";
import { readBlocks, ROOT } from "./read-page.ts";

const PAGE = "docs/guides/add-a-provider.md";
const scratch = mkdtempSync(join(tmpdir(), "pulse-guide-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("the guide, followed word for word in a copy of this checkout, yields a provider that works", async () => {
  copyCheckout(ROOT, scratch);
  const blocks = readBlocks(PAGE);
  for (const { language, text, path = "", where } of blocks) {
    if (language === "diff") applyDiff(join(scratch, path), text, where);
    if (language !== "ts") continue;
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), text);
  }
  const shell = startPageShell(scratch, { ...inherited(), ...serversOfThisRun(), NO_COLOR: "1" });
  try {
    for (const { text, where } of blocks.filter(({ language }) => language === "sh")) {
      const done = await shell.paste(text);
      expect(done, where).toMatchObject({ code: 0 });
      expect(done.stdout).toMatch(/ ✓ .*providers\/messagebird\.int\.test\.ts/);
    }
  } finally {
    await shell.close();
  }
}, 240_000);

/** So that the tests in the copy start none of their own. */
function serversOfThisRun(): Record<string, string> {
  const { brokers, databaseUrl, redisUrl } = inject("testServers");
  return { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
}
