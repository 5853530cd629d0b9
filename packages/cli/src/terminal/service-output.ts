import { Writable } from "node:stream";
import type { Progress } from "./progress.ts";

/** Takes what service processes print; log lines become one readable line each, anything else stays as it is. */
export function serviceOutput(note: Progress["note"]): Writable {
  const output = new Writable({
    decodeStrings: false,
    defaultEncoding: "utf8",
    write(chunk: string | Buffer, _encoding, done) {
      for (const line of chunk.toString().split("\n")) if (line.trim() !== "") note(readable(line));
      done();
    },
  });
  // Every stream of every process is piped here.
  return output.setMaxListeners(0);
}

type LogLine = {
  level: string;
  time: string;
  service: string;
  msg: string;
  err?: { message?: string };
  error?: unknown;
  code?: unknown;
};

/** A log line of a service as `10:02:45Z warn gateway: message (error)`; other lines unchanged. */
export function readable(line: string): string {
  const log = parse(line);
  if (log === null) return line;
  const why = log.err?.message ?? log.error ?? log.code;
  const reason =
    why === undefined ? "" : ` (${typeof why === "string" ? why : JSON.stringify(why)})`;
  return `${log.time.slice(11, 19)}Z ${log.level} ${log.service}: ${log.msg}${reason}`;
}

function parse(line: string): LogLine | null {
  if (!line.startsWith("{")) return null;
  try {
    const log: Partial<LogLine> = JSON.parse(line);
    return log.level !== undefined && log.time !== undefined && log.msg !== undefined
      ? { service: "?", ...log, level: log.level, time: log.time, msg: log.msg }
      : null;
  } catch {
    return null;
  }
}
