import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@pulsecourier/observability";
import { describe, expect, it, onTestFinished } from "vitest";
import { openJournalFile } from "./journal-file.ts";
import { createJournal, type JournalEntry } from "./journal.ts";

const logger = createLogger({ service: "test", level: "silent" });

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "journal.jsonl");
}

function entry(n: number): JournalEntry {
  const base = { at: n, provider: "smtp", channel: "email", bytes: 1, status: 250, accepted: true };
  return { id: `m${n}`, to: [`user${n}@shop.example`], deliveryId: `d${n}`, ...base };
}

const linesOf = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");

describe("openJournalFile", () => {
  it("appends every entry and counts them again after a restart", async () => {
    const path = newPath();
    const first = await openJournalFile(path, createJournal({ capacity: 100 }), logger);
    for (let n = 0; n < 500; n++) first.journal.record(entry(n));
    await first.close();
    expect(linesOf(path)).toHaveLength(500);

    const second = await openJournalFile(path, createJournal({ capacity: 100 }), logger);
    expect(second.journal.stats()).toMatchObject({ messages: 500, uniqueDeliveries: 500 });
    second.journal.record(entry(0));
    expect(second.journal.stats().duplicates).toBe(1);
    await second.close();
    expect(linesOf(path)).toHaveLength(501);
  });

  it("survives half a line left by a crash", async () => {
    const path = newPath();
    appendFileSync(path, `${JSON.stringify(entry(1))}\n${JSON.stringify(entry(2)).slice(0, 20)}`);
    const file = await openJournalFile(path, createJournal({ capacity: 100 }), logger);
    file.journal.record(entry(3));
    await file.close();
    const again = await openJournalFile(path, createJournal({ capacity: 100 }), logger);
    expect(again.journal.list({ limit: 10 }).map(({ id }) => id)).toEqual(["m3", "m1"]);
    await again.close();
  });

  it("empties the file on reset", async () => {
    const path = newPath();
    const file = await openJournalFile(path, createJournal({ capacity: 100 }), logger);
    file.journal.record(entry(1));
    file.journal.reset();
    file.journal.record(entry(2));
    await file.close();
    expect(linesOf(path).map((line) => (JSON.parse(line) as JournalEntry).id)).toEqual(["m2"]);
  });
});
