import { hash } from "node:crypto";
import type { AttachmentRef } from "./schemas/attachment.ts";

/**
 * The id of an attachment: half of a SHA-256 over all that makes it, shown as UUID. Storing the same file by the same
 * name again gives the same id, so it heals what names an attachment that was removed.
 */
export function attachmentId(tenant: string, of: Omit<AttachmentRef, "id" | "size">): string {
  const hex = hash("sha256", [tenant, of.sha256, of.contentType, of.filename].join("\0"), "hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
