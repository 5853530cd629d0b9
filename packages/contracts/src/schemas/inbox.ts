import { z } from "zod";

/** An in-app item as the inbox and the WebSocket show it. */
export const InboxItem = z.object({
  id: z.guid(),
  title: z.string(),
  body: z.string().optional(),
  data: z.record(z.string(), z.json()),
  createdAt: z.iso.datetime(),
  readAt: z.iso.datetime().nullable(),
});
export type InboxItem = z.infer<typeof InboxItem>;

/** Answer of `GET /v1/inbox`, newest first. */
export const InboxPage = z.object({
  data: z.array(InboxItem),
  /** Items neither read nor archived, on all pages. */
  unread: z.int(),
  nextCursor: z.string().nullable(),
});
export type InboxPage = z.infer<typeof InboxPage>;

/** Answer of `POST /v1/recipients/{id}/tokens`. */
export const InboxToken = z.object({ token: z.string(), expiresAt: z.iso.datetime() });
export type InboxToken = z.infer<typeof InboxToken>;

/** Frames a browser sends to the WebSocket. */
export const ClientFrame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("auth"),
    token: z.string().max(4_096),
    resume: z.string().max(64).optional(),
  }),
  z.strictObject({ type: z.literal("read"), id: z.guid() }),
  z.strictObject({ type: z.literal("subscribe"), notifications: z.array(z.guid()).max(100) }),
  z.strictObject({ type: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** Frames the WebSocket sends. */
export type ServerFrame =
  | { type: "ready"; unread: number; cursor: string }
  | { type: "notification"; cursor: string; item: InboxItem }
  | { type: "unread"; count: number }
  /** The item was taken back; it may be one this client never had. */
  | { type: "retracted"; cursor: string; id: string }
  | { type: "status"; notification: { id: string; status: string } }
  | { type: "pong" };
