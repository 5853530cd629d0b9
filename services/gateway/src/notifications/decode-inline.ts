import { hash } from "node:crypto";
import { attachmentId, type AttachmentInput, type AttachmentRef } from "@pulsecourier/contracts";

/** A file that was written into a request, decoded. */
export type InlineFile = AttachmentRef & { bytes: Buffer };

/** The file, or null when `content` is not base64 (RFC 4648, with or without padding). */
export function decodeInline(
  { filename, contentType, content }: Exclude<AttachmentInput, { id: string }>,
  tenant: string,
): InlineFile | null {
  const bytes = Buffer.from(content, "base64");
  // What is not of the alphabet is passed over, so that fewer bytes come out than the length promises.
  const promised = Math.floor((content.replace(/=+$/, "").length * 3) / 4);
  if (bytes.length === 0 || bytes.length !== promised) return null;
  const sha256 = hash("sha256", bytes, "hex");
  const id = attachmentId(tenant, { filename, contentType, sha256 });
  return { id, filename, contentType, size: bytes.length, sha256, bytes };
}
