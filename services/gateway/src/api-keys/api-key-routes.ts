import { ApiKeyInput, PulseError } from "@pulsecourier/contracts";
import { route, type Route } from "../http/route.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./api-key-store.ts";

const create = route({
  method: "post",
  path: "/v1/api-keys",
  scope: "admin",
  body: ApiKeyInput,
  handler: async ({ tenant, key: creator, body }, { db }) => {
    const missing = body.scopes.filter((scope) => !creator.scopes.includes(scope));
    if (missing.length > 0) {
      throw new PulseError("forbidden", `A key cannot give what it lacks: ${missing.join(", ")}.`);
    }
    const { id, key } = await createApiKey(db, { ...body, tenant });
    return { status: 201, body: { id, key, name: body.name, scopes: body.scopes } };
  },
});

const list = route({
  method: "get",
  path: "/v1/api-keys",
  scope: "admin",
  handler: async ({ tenant }, { db }) => ({
    status: 200,
    body: { data: await listApiKeys(db, tenant) },
  }),
});

const revoke = route({
  method: "delete",
  path: "/v1/api-keys/:id",
  scope: "admin",
  handler: async ({ tenant, params }, { db, keys }) => {
    const prefix = await revokeApiKey(db, tenant, params.id);
    if (prefix === null) throw new PulseError("not_found");
    keys.forget(prefix);
    return { status: 204 };
  },
});

export const apiKeyRoutes: Route[] = [create, list, revoke];
