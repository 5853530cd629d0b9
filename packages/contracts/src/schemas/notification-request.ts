import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Lane } from "../lanes.ts";
import { AttachmentInput, AttachmentRef, MAX_ATTACHMENTS } from "./attachment.ts";
import { FlatContent } from "./content.ts";
import { Duration } from "./duration.ts";
import { AudienceRef, InlineRecipient, Name } from "./recipient.ts";
import { checkTriedInTurn } from "./tried-in-turn.ts";
import { Until } from "./until.ts";

/** Recipients one request may name. */
export const MAX_RECIPIENTS = 1_000;
/** Notifications or events one batch may hold. */
export const MAX_BATCH = 1_000;
/** Audiences one request may name, or one rule give. */
export const MAX_AUDIENCES = 20;
/** Bytes of JSON `data` may take. */
export const MAX_DATA_BYTES = 64 * 1024;
/** How far ahead `sendAt` may lie, ms. */
export const MAX_SCHEDULE_MS = 366 * 86_400_000;

const one = z.union([Name, InlineRecipient]);
const addressee = z.union([Name, InlineRecipient, AudienceRef]);
const time = z.iso.datetime({ offset: true });

/** Body of `POST /v1/notifications`, before the checks that need the clock or the catalog. */
export const NotificationRequest = z
  .strictObject({
    to: z.union([addressee, z.array(addressee).min(1).max(MAX_RECIPIENTS)]),
    channels: z.array(ChannelName).min(1).optional(),
    /** `first`: the channels in their order, the next when one does not get as far as `until` within `within`. */
    strategy: z.enum(["all", "first"]).optional(),
    until: Until.optional(),
    within: Duration.optional(),
    template: Name.optional(),
    content: FlatContent.optional(),
    /** Says by itself what is sent through which channels. */
    workflow: Name.optional(),
    attachments: z.array(AttachmentInput).min(1).max(MAX_ATTACHMENTS).optional(),
    data: z.record(z.string(), z.json()).optional(),
    category: Name.optional(),
    lane: Lane.optional(),
    sendAt: time.optional(),
    expiresAt: time.optional(),
    metadata: z.record(z.string().max(128), z.string().max(1_024)).optional(),
  })
  .refine(
    ({ template, content, workflow }) =>
      [template, content, workflow].filter((source) => source !== undefined).length === 1,
    { message: "give one of `template`, `content` and `workflow`", path: ["template"] },
  )
  .refine(({ workflow, channels }) => workflow === undefined || channels === undefined, {
    message: "the workflow names the channels",
    path: ["channels"],
  })
  .check(checkTriedInTurn);
export type NotificationRequest = z.infer<typeof NotificationRequest>;

/** What `to` names: recipients, each with its place in a list, and audiences. */
export function addresseesOf({ to }: Pick<NotificationRequest, "to">) {
  const listed = Array.isArray(to);
  const recipients: { recipient: string | InlineRecipient; pointer: string }[] = [];
  const audiences: { audience: string; pointer: string }[] = [];
  for (const [index, named] of (listed ? to : [to]).entries()) {
    const pointer = listed ? `/to/${index}` : "/to";
    if (typeof named !== "string" && "audience" in named)
      audiences.push({ audience: named.audience, pointer: `${pointer}/audience` });
    else recipients.push({ recipient: named, pointer });
  }
  return { recipients, audiences };
}

/**
 * The value of an ad-hoc event: the request, its template pinned to the version live at accept time, its attachments
 * stored.
 */
export const AdhocEvent = z.object({
  /** Empty where audiences are all it is for. */
  to: z.array(one).max(MAX_RECIPIENTS),
  audiences: z.array(Name).min(1).max(MAX_AUDIENCES).optional(),
  channels: z.array(ChannelName).optional(),
  /** Set when the channels are tried in turn. */
  first: z.object({ until: Until, within: Duration }).optional(),
  template: z.object({ name: Name, version: z.int() }).optional(),
  content: FlatContent.optional(),
  workflow: z.object({ name: Name, version: z.int() }).optional(),
  attachments: z.array(AttachmentRef).max(MAX_ATTACHMENTS).optional(),
  data: z.record(z.string(), z.json()).default({}),
  category: Name.optional(),
  lane: Lane,
  sendAt: time.optional(),
  expiresAt: time.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type AdhocEvent = z.infer<typeof AdhocEvent>;
