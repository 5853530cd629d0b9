import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { latestRecords, type SendRecord } from "./send-record.ts";

/** What was sent, in a file of one JSON object a line. */
export type SendsFile = {
  path: string;
  /** Written when this returns: only what is in the file counts as sent. */
  append: (records: readonly SendRecord[]) => void;
  close: () => void;
};

/** Empties the file of an earlier run. */
export function openSendsFile(path: string): SendsFile {
  const file = openSync(path, "w");
  return {
    path,
    append(records) {
      writeSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    },
    close: () => closeSync(file),
  };
}

export function readSendsFile(path: string): SendRecord[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return latestRecords(lines.filter((line) => line !== "").map((line) => JSON.parse(line)));
}
