import { z } from "zod";

/** What a digest has collected: the data of its first events, and how many there were in all. */
export const Digest = z.object({
  count: z.int(),
  items: z.array(z.record(z.string(), z.json())),
});
export type Digest = z.infer<typeof Digest>;

/** What a saga is told of the digest its item is in. */
export const DigestAnswer = z.discriminatedUnion("kind", [
  /** Its item waits with those of others until the window closes. */
  z.object({ kind: z.literal("digest_member") }),
  /** It is to close the window, and to go on for all: not before `closesAt`, ms by the platform's clock. */
  z.object({ kind: z.literal("digest_lead"), closesAt: z.number() }),
  /** The window has closed, and it goes on with what was collected. */
  z.object({ kind: z.literal("digest_closed"), ...Digest.shape }),
  /** The window has closed, and this notification carries its item. */
  z.object({ kind: z.literal("digest_collected"), carriedBy: z.guid() }),
  /** Its item was withdrawn before the window closed. */
  z.object({ kind: z.literal("digest_left") }),
]);
export type DigestAnswer = z.infer<typeof DigestAnswer>;
