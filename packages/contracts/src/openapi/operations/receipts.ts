import { z } from "zod";
import { SuppressionFilter } from "../../schemas/suppression.ts";
import { PageQuery, SuppressionPage } from "../answers.ts";
import type { Operation } from "../operation.ts";

const taking = {
  method: "post",
  tag: "Receipts",
  scope: "none",
  answers: { 204: { description: "Written" } },
  errors: [
    "invalid_signature",
    "not_found",
    "malformed_json",
    "body_too_large",
    "unsupported_media_type",
    "invalid_request",
    "unavailable",
  ],
} as const;

const checking = {
  method: "get",
  tag: "Receipts",
  scope: "none",
  query: z.object({
    "hub.mode": z.string().optional(),
    "hub.verify_token": z.string().optional(),
    "hub.challenge": z.string().optional(),
  }),
  answers: { 200: { description: "The challenge", mediaType: "text/plain" } },
  errors: ["invalid_signature", "not_found"],
} as const;

export const receiptOperations: Operation[] = [
  {
    ...taking,
    id: "takeReceipts",
    path: "/v1/providers/{provider}/webhooks",
    summary: "What a provider reports about messages it took, and what recipients wrote",
    description:
      "Called by providers, in their own shape, signed with what the provider is known by here; the signature is " +
      "checked over the raw body. Repeats and any order are fine. docs/providers.md says how to set it up.",
  },
  {
    ...taking,
    id: "takeAccountReceipts",
    path: "/v1/providers/{provider}/webhooks/{account}",
    summary: "The same from one of several accounts at the provider",
    description: "Only what this account signed is taken.",
  },
  {
    ...checking,
    id: "checkWebhook",
    path: "/v1/providers/{provider}/webhooks",
    summary: "How a provider makes sure that the URL is ours",
    description:
      "Asked by Meta when a webhook is set up: the challenge is answered to who knows the token.",
  },
  {
    ...checking,
    id: "checkAccountWebhook",
    path: "/v1/providers/{provider}/webhooks/{account}",
    summary: "The same for one of several accounts at the provider",
  },
  {
    id: "listSuppressions",
    method: "get",
    path: "/v1/suppressions",
    tag: "Receipts",
    summary: "Addresses that are not sent to, newest first",
    scope: "operator",
    query: SuppressionFilter.extend(PageQuery.shape),
    answers: { 200: { description: "A page", schema: SuppressionPage } },
  },
  {
    id: "liftSuppression",
    method: "delete",
    path: "/v1/suppressions/{id}",
    tag: "Receipts",
    summary: "Send to an address again",
    description:
      "Until something new happens: late repeats of what was reported before change nothing.",
    scope: "operator",
    answers: { 204: { description: "Lifted" } },
    errors: ["not_found"],
  },
];
