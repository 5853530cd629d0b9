import { z } from "zod";
import { InboxPage } from "../../schemas/inbox.ts";
import { PageQuery, ReadAllAnswer, UnreadCount } from "../answers.ts";
import type { Operation } from "../operation.ts";

const tag = "Inbox";
const flag = z.enum(["true", "false"]).default("false");

export const inboxOperations: Operation[] = [
  {
    id: "listInbox",
    method: "get",
    path: "/v1/inbox",
    tag,
    summary: "List the recipient's items, newest first",
    scope: "inbox",
    query: PageQuery.extend({
      unread: flag.describe("Unread items only"),
      archived: flag.describe("Archived items too"),
    }),
    answers: {
      200: {
        description: "A page",
        schema: InboxPage,
        example: {
          data: [
            {
              id: "019b3c1e-7a40-77aa-8b1d-92f3c0de51b8",
              title: "Order A-17 is on its way",
              data: { orderNo: "A-17" },
              createdAt: "2026-05-04T09:30:00.000Z",
              readAt: null,
            },
          ],
          unread: 1,
          nextCursor: null,
        },
      },
    },
  },
  {
    id: "readInboxItem",
    method: "post",
    path: "/v1/inbox/{id}/read",
    tag,
    summary: "Mark an item as read",
    scope: "inbox",
    answers: { 200: { description: "Read", schema: UnreadCount, example: { unread: 0 } } },
    errors: ["not_found"],
  },
  {
    id: "readInbox",
    method: "post",
    path: "/v1/inbox/read-all",
    tag,
    summary: "Mark everything that is there now as read",
    scope: "inbox",
    answers: {
      200: { description: "Read", schema: ReadAllAnswer, example: { read: 3, unread: 0 } },
    },
  },
  {
    id: "archiveInboxItem",
    method: "post",
    path: "/v1/inbox/{id}/archive",
    tag,
    summary: "Take an item out of the list",
    scope: "inbox",
    answers: { 200: { description: "Archived", schema: UnreadCount, example: { unread: 0 } } },
    errors: ["not_found"],
  },
];
