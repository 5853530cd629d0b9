import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Logger } from "@pulsecourier/observability";
import type { Journal, JournalEntry } from "./journal.ts";

/** A journal that is also appended to a file, so that what arrived can be counted after a crash. */
export type JournalFile = {
  journal: Journal;
  /** Writes what is pending, then closes the file. */
  close(): Promise<void>;
};

/**
 * Puts what the file already holds into the journal (a torn last line is left out), then appends every new entry.
 * Lines are written as soon as the write before them is done, many at a time under load. Contents are not written.
 */
export async function openJournalFile(
  path: string,
  journal: Journal,
  logger: Logger,
): Promise<JournalFile> {
  const file = await open(path, "a+");
  const replayed = await replay(path, journal);
  if (replayed > 0) logger.info({ replayed }, "journal file read");
  // A crash may have left half a line.
  const writer = createWriter(file, logger, "\n");
  return {
    journal: {
      ...journal,
      record(entry, content) {
        journal.record(entry, content);
        writer.write(`${JSON.stringify(entry)}\n`);
      },
      reset() {
        journal.reset();
        writer.truncate();
      },
    },
    async close() {
      await writer.drained();
      await file.close();
    },
  };
}

function createWriter(file: FileHandle, logger: Logger, first: string) {
  let pending: string[] = [first];
  let truncating = false;
  let writing: Promise<void> | undefined;

  async function writeOut(): Promise<void> {
    while (pending.length > 0 || truncating) {
      if (truncating) {
        truncating = false;
        await file.truncate(0);
      }
      const lines = pending;
      pending = [];
      if (lines.length > 0) await file.appendFile(lines.join(""));
    }
  }
  function schedule(): void {
    writing ??= writeOut()
      .catch((err: unknown) =>
        logger.error({ err }, "journal file cannot be written; its counts are too low"),
      )
      .finally(() => (writing = undefined));
  }
  return {
    write(line: string) {
      pending.push(line);
      schedule();
    },
    truncate() {
      pending = [];
      truncating = true;
      schedule();
    },
    async drained() {
      while (writing) await writing;
    },
  };
}

async function replay(path: string, journal: Journal): Promise<number> {
  let count = 0;
  const lines = createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  lines.on("line", (line) => {
    const entry = parseEntry(line);
    if (!entry) return;
    journal.record(entry);
    count++;
  });
  await once(lines, "close");
  return count;
}

function parseEntry(line: string): JournalEntry | undefined {
  try {
    // Our own file: what parses was written by us whole.
    return line === "" ? undefined : (JSON.parse(line) as JournalEntry);
  } catch {
    return undefined;
  }
}
