import { z } from "zod";
import { Name } from "./recipient.ts";

const time = z.iso.datetime({ offset: true });

/** Statuses of what can still be cancelled. */
export const CANCELLABLE = ["accepted", "scheduled", "processing"] as const;

/** Which notifications are meant: those to which all of it applies. */
export const CancelFilter = z
  .strictObject({
    category: Name.optional(),
    rule: Name.optional(),
    workflow: Name.optional(),
    recipient: Name.optional(),
    /** Each of these, with this value. */
    metadata: z
      .record(z.string().max(64), z.string().max(256))
      .refine((entries) => Object.keys(entries).length <= 20, "names at most 20 entries")
      .optional(),
    status: z.enum(CANCELLABLE).optional(),
    acceptedFrom: time.optional(),
    /** Not included. Left out: the time of the call. */
    acceptedUntil: time.optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, "says at least one thing")
  .refine(
    ({ acceptedFrom, acceptedUntil }) =>
      acceptedFrom === undefined ||
      acceptedUntil === undefined ||
      Date.parse(acceptedFrom) < Date.parse(acceptedUntil),
    { error: "is not after `acceptedFrom`", path: ["acceptedUntil"] },
  );
export type CancelFilter = z.infer<typeof CancelFilter>;

/** Body of `POST /v1/notifications/cancel`. */
export const CancelRequest = z.strictObject({
  filter: CancelFilter,
  preview: z.boolean().default(false).describe("Only count them"),
});

/** Answer to a preview. */
export const CancelPreview = z.object({
  count: z.int(),
  /** False when there was no time to look at all of them: there may be more. */
  complete: z.boolean(),
  /** The oldest of them. */
  sample: z.array(
    z.object({
      id: z.guid(),
      status: z.enum(CANCELLABLE),
      recipient: z.string().optional(),
      createdAt: z.iso.datetime(),
    }),
  ),
});
export type CancelPreview = z.infer<typeof CancelPreview>;

/** Answer of `GET /v1/notifications/cancels/{id}`: a cancel of many, and how far it is. */
export const CancelJobView = z.object({
  id: z.guid(),
  status: z.enum(["running", "done"]),
  filter: CancelFilter,
  /** Notifications looked at so far, those of them that were meant, and what became of these. */
  scanned: z.int(),
  matched: z.int(),
  cancelled: z.int(),
  tooLate: z.int(),
  /** Name of the key it was asked with. */
  by: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type CancelJobView = z.infer<typeof CancelJobView>;
