import { isUtf8 } from "node:buffer";
import { PulseError } from "@pulsecourier/contracts";
import { findJsonError } from "./find-json-error.ts";

const MAX_DEPTH = 64;

/**
 * The body as JSON. `malformed_json` names line and column; nesting over 64 levels is refused, and so is NUL in
 * strings, which Postgres cannot store.
 */
export function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) throw new PulseError("malformed_json", "The body is empty; send JSON.");
  if (!isUtf8(raw)) throw new PulseError("malformed_json", "The body is not valid UTF-8.");
  const text = raw.toString("utf8");
  refuseHostile(raw);
  try {
    return JSON.parse(text);
  } catch {
    const { line, column, problem } = findJsonError(text);
    throw new PulseError("malformed_json", `Line ${line}, column ${column}: ${problem}.`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One pass over the bytes, before anything recursive sees the value. */
function refuseHostile(raw: Buffer): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at];
    if (inString) {
      if (byte === QUOTE) inString = false;
      else if (byte === BACKSLASH) {
        at += 1;
        if (raw[at] === 0x75 && raw.toString("latin1", at + 1, at + 5) === "0000") {
          throw new PulseError("malformed_json", `Byte ${at}: strings may not hold NUL (\\u0000).`);
        }
      }
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) {
        throw new PulseError(
          "malformed_json",
          `Byte ${at}: nested deeper than ${MAX_DEPTH} levels.`,
        );
      }
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
}
