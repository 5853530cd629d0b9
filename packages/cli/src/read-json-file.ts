import { readFileSync } from "node:fs";
import { messageOf } from "./message-of.ts";

/** What a JSON file holds; `-` reads standard input. */
export function readJsonFile(file: string): unknown {
  const text = readFileSync(file === "-" ? 0 : file, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${messageOf(error)}`, { cause: error });
  }
}
