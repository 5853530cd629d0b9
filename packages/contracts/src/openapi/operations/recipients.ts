import { z } from "zod";
import { InboxToken } from "../../schemas/inbox.ts";
import { PreferenceLink, Preferences } from "../../schemas/preferences.ts";
import { MAX_UPSERT, Recipient, RecipientInput, RecipientView } from "../../schemas/recipient.ts";
import { UpsertAnswer } from "../answers.ts";
import type { Operation } from "../operation.ts";

const profile = { email: "ann@example.com", locale: "pt-BR", timezone: "America/Sao_Paulo" };
const view = {
  id: "customer-2",
  ...profile,
  createdAt: "2026-05-04T09:00:00.000Z",
  updatedAt: "2026-05-04T09:00:00.000Z",
};
const preferences = {
  categories: { marketing: { email: false } },
  channels: {},
  quietHours: { from: "22:00", until: "07:00" },
};
const tag = "Recipients";

export const recipientOperations: Operation[] = [
  {
    id: "putRecipient",
    method: "put",
    path: "/v1/recipients/{id}",
    tag,
    summary: "Create or replace a recipient",
    scope: "admin",
    body: { schema: RecipientInput, example: profile },
    answers: {
      200: { description: "Replaced", schema: RecipientView, example: view },
      201: { description: "Created", schema: RecipientView, example: view },
    },
    errors: ["malformed_request"],
  },
  {
    id: "getRecipient",
    method: "get",
    path: "/v1/recipients/{id}",
    tag,
    summary: "Read a recipient",
    scope: "admin",
    answers: { 200: { description: "The recipient", schema: RecipientView, example: view } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "deleteRecipient",
    method: "delete",
    path: "/v1/recipients/{id}",
    tag,
    summary: "Delete a recipient, its preferences and memberships",
    scope: "admin",
    answers: { 204: { description: "Deleted" } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "upsertRecipients",
    method: "post",
    path: "/v1/recipients",
    tag,
    summary: "Create or replace many recipients",
    description: "Each item stands or falls alone; of several with one id the last one wins.",
    scope: "admin",
    body: {
      schema: z.strictObject({ recipients: z.array(Recipient).min(1).max(MAX_UPSERT) }),
      example: { recipients: [{ id: "customer-2", ...profile }] },
    },
    answers: {
      200: {
        description: "One result per item, in order",
        schema: UpsertAnswer,
        example: { results: [{ id: "customer-2", status: "created" }] },
      },
    },
  },
  {
    id: "putPreferences",
    method: "put",
    path: "/v1/recipients/{id}/preferences",
    tag,
    summary: "Replace what a recipient wants",
    scope: "admin",
    body: { schema: Preferences, example: preferences },
    answers: { 200: { description: "Stored", schema: Preferences, example: preferences } },
    errors: ["malformed_request"],
  },
  {
    id: "getPreferences",
    method: "get",
    path: "/v1/recipients/{id}/preferences",
    tag,
    summary: "Read what a recipient wants",
    scope: "admin",
    answers: { 200: { description: "The preferences", schema: Preferences, example: preferences } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "createPreferenceLink",
    method: "post",
    path: "/v1/recipients/{id}/preference-link",
    tag,
    summary: "Make the link to a recipient's preference page",
    description:
      "For mails and apps. It works for ever; who has it can change what the recipient gets.",
    scope: "send",
    answers: {
      201: {
        description: "The link",
        schema: PreferenceLink,
        example: {
          url: "https://notify.example/v1/preferences/eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
        },
      },
    },
    errors: ["malformed_request"],
  },
  {
    id: "createInboxToken",
    method: "post",
    path: "/v1/recipients/{id}/tokens",
    tag,
    summary: "Make a token for a recipient's browser",
    description: "Opens the WebSocket and the inbox calls of this recipient for an hour.",
    scope: "send",
    answers: {
      201: {
        description: "The token",
        schema: InboxToken,
        example: {
          token: "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
          expiresAt: "2026-05-04T10:00:00.000Z",
        },
      },
    },
    errors: ["malformed_request"],
  },
];
