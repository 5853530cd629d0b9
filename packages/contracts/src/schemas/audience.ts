import { z } from "zod";
import { Name } from "./recipient.ts";

/** Members one call may add or remove. */
export const MAX_MEMBERS_CALL = 1_000;
/** Bytes a file of members may have. */
export const MAX_MEMBERS_FILE_BYTES = 256 * 1024 * 1024;
/** Bad lines of a file that are told one by one; the others are counted. */
export const MAX_BAD_LINES = 100;

/** Body of `PUT /v1/audiences/{name}`. An open one is a topic: recipients may subscribe themselves. */
export const AudienceInput = z.strictObject({
  description: z.string().max(1_024).optional(),
  open: z.boolean().default(false),
});
export type AudienceInput = z.infer<typeof AudienceInput>;

/** An audience as lists show it. */
export const AudienceItem = z.strictObject({
  name: Name,
  description: z.string().optional(),
  open: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type AudienceItem = z.infer<typeof AudienceItem>;

/** An audience, and how many recipients it has now. */
export const AudienceView = AudienceItem.extend({ members: z.int() });
export type AudienceView = z.infer<typeof AudienceView>;

/** Body of `POST` and `DELETE /v1/audiences/{name}/members`. */
export const MembersChange = z.strictObject({
  recipients: z.array(Name).min(1).max(MAX_MEMBERS_CALL),
});

export const Member = z.strictObject({ recipient: Name, addedAt: z.iso.datetime() });
export type Member = z.infer<typeof Member>;

/** What became of a file of members: its good lines are in, whatever the others hold. */
export const UploadResult = z.strictObject({
  lines: z.int().describe("Lines that are not empty; a CSV file's header is not counted"),
  added: z.int(),
  alreadyMembers: z.int().describe("Members before, and repeats inside the file"),
  bad: z.int(),
  badLines: z
    .array(z.strictObject({ line: z.int(), detail: z.string() }))
    .describe(`The first ${MAX_BAD_LINES} of them; line 1 is the file's first`),
});
export type UploadResult = z.infer<typeof UploadResult>;
