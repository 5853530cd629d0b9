import { hash } from "node:crypto";
import type { Attachment } from "./provider.ts";

/** What is shown of a file. */
export function readAttachment(filename: string, type: string, content: Uint8Array): Attachment {
  return { filename, type, bytes: content.byteLength, sha256: hash("sha256", content, "hex") };
}
