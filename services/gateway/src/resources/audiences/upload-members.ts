import {
  MAX_BAD_LINES,
  MAX_MEMBERS_FILE_BYTES,
  PulseError,
  type UploadResult,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { mediaTypeOf, route } from "../../http/route.ts";
import { findAudience } from "./find-audience.ts";
import { addMembers } from "./member-store.ts";
import { readLines } from "./read-lines.ts";
import { readCsvMember, readJsonMember, type ReadMember } from "./read-member.ts";

/** Longer than a client may take to send the file. */
const UPLOAD_DEADLINE_MS = 70_000;
/** Members one statement writes. The next part of the file is read when it is done. */
const BATCH = 5_000;

const READERS: Record<string, ReadMember> = {
  "application/x-ndjson": readJsonMember,
  "text/csv": readCsvMember,
};

/** `POST /v1/audiences/{name}/upload`: adds the recipients of a file as it streams in. */
export const uploadMembers = route({
  method: "post",
  path: "/v1/audiences/:name/upload",
  scope: "admin",
  deadlineMs: UPLOAD_DEADLINE_MS,
  handler: async ({ tenant, params, headers, content }, { db }) => {
    const read = READERS[mediaTypeOf(headers)];
    const isPlain = (headers["content-encoding"] ?? "identity") === "identity";
    if (read === undefined || !isPlain) {
      const detail = `Send the file as ${Object.keys(READERS).join(" or ")}, without content-encoding.`;
      throw new PulseError("unsupported_media_type", detail);
    }
    if (Number(headers["content-length"] ?? 0) > MAX_MEMBERS_FILE_BYTES) {
      const detail = `A file may have at most ${MAX_MEMBERS_FILE_BYTES} bytes; send it in parts.`;
      throw new PulseError("body_too_large", detail);
    }
    const { id } = await findAudience(db, { tenant, params });
    return { status: 200, body: await addLines(db, id, { content, read }) };
  },
});

async function addLines(
  db: Db,
  audience: string,
  { content, read }: { content: AsyncIterable<Buffer>; read: ReadMember },
): Promise<UploadResult> {
  const result: UploadResult = { lines: 0, added: 0, alreadyMembers: 0, bad: 0, badLines: [] };
  let at = 0;
  let ids: string[] = [];
  const write = async () => {
    const added = await addMembers(db, audience, ids);
    result.added += added;
    result.alreadyMembers += ids.length - added;
    ids = [];
  };
  for await (const lines of readLines(content)) {
    for (const text of lines) {
      at += 1;
      const member = read(text, at);
      if (member === null) continue;
      result.lines += 1;
      if ("id" in member) ids.push(member.id);
      else addBad(result, at, member.bad);
    }
    if (ids.length >= BATCH) await write();
  }
  if (ids.length > 0) await write();
  return result;
}

function addBad(result: UploadResult, line: number, detail: string): void {
  result.bad += 1;
  if (result.badLines.length < MAX_BAD_LINES) result.badLines.push({ line, detail });
}
