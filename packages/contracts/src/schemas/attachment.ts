import { z } from "zod";

/** Attachments one notification may have. */
export const MAX_ATTACHMENTS = 10;
/** Bytes the attachments written into one request may have together; larger ones are uploaded first. */
export const MAX_INLINE_BYTES = 512 * 1024;

// Line breaks and other control characters would begin a header of a mail; marks of direction make `exe.pdf` of `fdp.exe`.
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const UNSAFE_IN_NAME = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069/\\]/;

/** Name a recipient sees and may save the file by: one path segment of at most 255 bytes. */
export const Filename = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 255, "may have at most 255 bytes")
  .refine(
    (name) => name.isWellFormed() && !UNSAFE_IN_NAME.test(name) && !/^\.{1,2}$/.test(name),
    "may hold no slash, line break, control character or mark of direction",
  );

/** A media type without parameters. Mails would take `message/*` and `multipart/*` apart instead of carrying them. */
export const AttachmentType = z
  .string()
  .max(127)
  .regex(
    /^(?!message\/|multipart\/)[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/,
    "expected a media type such as application/pdf; message/* and multipart/* are not taken",
  );

/** An attachment as records carry it: what it is called and is, never its bytes. */
export const AttachmentRef = z.object({
  id: z.guid(),
  filename: Filename,
  contentType: AttachmentType,
  size: z.int().min(1).describe("Bytes"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AttachmentRef = z.infer<typeof AttachmentRef>;

/** What clients see of an attachment that is stored. */
export const AttachmentView = AttachmentRef.extend({
  expiresAt: z.iso
    .datetime()
    .describe("Removed some time after this, unless a notification that names it moves it on"),
});
export type AttachmentView = z.infer<typeof AttachmentView>;

/** An attachment of a request: one that is stored, by its id, or the file itself in base64. */
export const AttachmentInput = z.union([
  z.strictObject({ id: z.guid() }),
  z.strictObject({
    filename: Filename,
    contentType: AttachmentType,
    content: z.string().min(1).max(1_000_000).describe("The file in base64 (RFC 4648)"),
  }),
]);
export type AttachmentInput = z.infer<typeof AttachmentInput>;
