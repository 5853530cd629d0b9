import { SuppressionFilter } from "../../schemas/suppression.ts";
import { PageQuery, SuppressionPage } from "../answers.ts";
import type { Operation } from "../operation.ts";

export const receiptOperations: Operation[] = [
  {
    id: "takeReceipts",
    method: "post",
    path: "/v1/providers/{provider}/webhooks",
    tag: "Receipts",
    summary: "What a provider reports about messages it took",
    description:
      "Called by providers, in their own shape, signed with what the provider is known by here; the signature is " +
      "checked over the raw body. Repeats and any order are fine. docs/providers.md says how to set it up.",
    scope: "none",
    answers: { 204: { description: "Written" } },
    errors: [
      "invalid_signature",
      "not_found",
      "malformed_json",
      "body_too_large",
      "unsupported_media_type",
      "invalid_request",
    ],
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
