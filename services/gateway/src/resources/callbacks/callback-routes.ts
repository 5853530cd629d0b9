import { setTimeout as delay } from "node:timers/promises";
import {
  CallbackInput,
  CallbackReplay,
  CALLBACKS_KNOWN_MS,
  formatWebhookSecret,
  MAX_CALLBACKS,
  PulseError,
  tenantWebhookSecret,
} from "@pulsecourier/contracts";
import { route, type Route } from "../../http/route.ts";
import { nameParam } from "../name-param.ts";
import {
  countOtherCallbacks,
  deleteCallback,
  listCallbacks,
  putCallback,
  readCallback,
  rotateSecret,
} from "./callback-store.ts";
import { REPLAY_MS, replayFacts } from "./replay-facts.ts";

const put = route({
  method: "put",
  path: "/v1/callbacks/:name",
  scope: "admin",
  body: CallbackInput,
  handler: async ({ tenant, params, body }, { db, outbound }) => {
    const name = nameParam(params.name);
    const refusal = await outbound.check(body.url);
    if (refusal !== null) throw new PulseError("forbidden_target", `/url: ${refusal}.`);
    if ((await countOtherCallbacks(db, { tenant, name })) >= MAX_CALLBACKS)
      throw new PulseError("too_many_callbacks", `A tenant may have ${MAX_CALLBACKS} callbacks.`);
    const { view, secret } = await putCallback(db, { tenant, name, ...body });
    // Who turns facts into callbacks knows them a moment late; what happens after the answer is told.
    await delay(CALLBACKS_KNOWN_MS);
    if (secret === null) return { status: 200, body: view };
    return { status: 201, body: { ...view, secret: formatWebhookSecret(secret) } };
  },
});

const get = route({
  method: "get",
  path: "/v1/callbacks/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const callback = await readCallback(db, { tenant, name: nameParam(params.name) });
    if (callback === null) throw new PulseError("not_found");
    return { status: 200, body: callback };
  },
});

const list = route({
  method: "get",
  path: "/v1/callbacks",
  scope: "admin",
  handler: async ({ tenant }, { db }) => ({
    status: 200,
    body: { data: await listCallbacks(db, tenant) },
  }),
});

const remove = route({
  method: "delete",
  path: "/v1/callbacks/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    if (!(await deleteCallback(db, { tenant, name: nameParam(params.name) })))
      throw new PulseError("not_found");
    return { status: 204 };
  },
});

const rotate = route({
  method: "post",
  path: "/v1/callbacks/:name/rotate",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const rotated = await rotateSecret(db, { tenant, name: nameParam(params.name) });
    if (rotated === null) throw new PulseError("not_found");
    const { secret, previousUntil } = rotated;
    return {
      status: 200,
      body: { secret: formatWebhookSecret(secret), previousUntil: previousUntil.toISOString() },
    };
  },
});

const replay = route({
  method: "post",
  path: "/v1/callbacks/:name/replay",
  scope: "admin",
  body: CallbackReplay,
  deadlineMs: REPLAY_MS + 8_000,
  handler: async ({ tenant, params, body }, context) => {
    const callback = await readCallback(context.db, { tenant, name: nameParam(params.name) });
    if (callback === null) throw new PulseError("not_found");
    return {
      status: 200,
      body: await replayFacts(context, { tenant, callback, request: body }),
    };
  },
});

const secret = route({
  method: "get",
  path: "/v1/webhook-secret",
  scope: "admin",
  handler: ({ tenant }, { secrets }) => ({
    status: 200,
    body: { secret: formatWebhookSecret(tenantWebhookSecret(secrets.webhooks, tenant)) },
  }),
});

/** Tenants' status callbacks, and the secret of their webhook messages. */
export const callbackRoutes: Route[] = [list, put, get, remove, rotate, replay, secret];
