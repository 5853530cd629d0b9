import { ApiKeyInput } from "../../schemas/api-key.ts";
import { ApiKeyList, CreatedApiKey } from "../answers.ts";
import type { Operation } from "../operation.ts";

const tag = "API keys";

export const apiKeyOperations: Operation[] = [
  {
    id: "createApiKey",
    method: "post",
    path: "/v1/api-keys",
    tag,
    summary: "Create a key",
    description: "The key is in this answer and nowhere else. A key cannot give scopes it lacks.",
    scope: "admin",
    body: { schema: ApiKeyInput, example: { name: "shop", scopes: ["send"], ratePerSecond: 200 } },
    answers: { 201: { description: "The new key", schema: CreatedApiKey } },
  },
  {
    id: "listApiKeys",
    method: "get",
    path: "/v1/api-keys",
    tag,
    summary: "List keys, newest first, revoked ones too",
    scope: "admin",
    answers: { 200: { description: "All keys of the tenant", schema: ApiKeyList } },
  },
  {
    id: "revokeApiKey",
    method: "delete",
    path: "/v1/api-keys/{id}",
    tag,
    summary: "Revoke a key",
    scope: "admin",
    answers: { 204: { description: "Revoked" } },
    errors: ["not_found"],
  },
];
