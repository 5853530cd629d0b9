import {
  MAX_UPSERT,
  type Problem,
  PulseError,
  Recipient,
  RecipientInput,
} from "@pulsecourier/contracts";
import { z } from "zod";
import { problemOf } from "../../http/problem.ts";
import { route, type Route } from "../../http/route.ts";
import { parsed } from "../../http/schema-problems.ts";
import { nameParam } from "../name-param.ts";
import { deleteRecipient, readRecipient, upsertRecipients } from "./recipient-store.ts";

const put = route({
  method: "put",
  path: "/v1/recipients/:id",
  scope: "admin",
  body: RecipientInput,
  handler: async ({ tenant, params, body }, { db }) => {
    const id = nameParam(params.id);
    refuseControlCharacters(body);
    const results = await upsertRecipients(db, tenant, [{ id, ...body }]);
    return {
      status: results.get(id)?.created ? 201 : 200,
      body: await readRecipient(db, { tenant, id }),
    };
  },
});

const get = route({
  method: "get",
  path: "/v1/recipients/:id",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const recipient = await readRecipient(db, { tenant, id: nameParam(params.id) });
    if (recipient === null) throw new PulseError("not_found");
    return { status: 200, body: recipient };
  },
});

const remove = route({
  method: "delete",
  path: "/v1/recipients/:id",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    if (!(await deleteRecipient(db, { tenant, id: nameParam(params.id) })))
      throw new PulseError("not_found");
    return { status: 204 };
  },
});

// Items are parsed one by one, so that a bad one does not refuse the others.
const UpsertBody = z.strictObject({ recipients: z.array(z.unknown()).min(1).max(MAX_UPSERT) });

const upsert = route({
  method: "post",
  path: "/v1/recipients",
  scope: "admin",
  body: UpsertBody,
  bodyLimit: 8 * 1024 * 1024,
  handler: async ({ tenant, body }, { db }) => {
    const items = body.recipients.map(readItem);
    const valid = new Map(
      items.flatMap((item) => ("id" in item ? [[item.id, item] as const] : [])),
    );
    const results = await upsertRecipients(db, tenant, [...valid.values()]);
    const answer = items.map((item) =>
      "id" in item
        ? { id: item.id, status: results.get(item.id)?.created ? "created" : "updated" }
        : item,
    );
    return { status: 200, body: { results: answer } };
  },
});

function readItem(value: unknown, index: number): Recipient | { problem: object } {
  const at = ["recipients", index];
  try {
    const recipient = parsed(Recipient, value, at);
    refuseControlCharacters(recipient, `/recipients/${index}`);
    return recipient;
  } catch (error) {
    if (error instanceof PulseError) return { problem: problemOf(error) };
    throw error;
  }
}

const ADDRESSES = ["email", "phone", "slack", "telegram", "whatsapp"] as const;

/** No address holds a line break; one that does is an attempt to write headers of its own. */
function refuseControlCharacters(recipient: RecipientInput, pointer = ""): void {
  const problems: Problem[] = ADDRESSES.filter((field) =>
    /\p{Cc}/u.test(recipient[field] ?? ""),
  ).map((field) => ({
    pointer: `${pointer}/${field}`,
    detail: "holds a line break or control character",
  }));
  if (problems.length > 0) throw new PulseError("invalid_request", undefined, { problems });
}

export const recipientRoutes: Route[] = [put, get, remove, upsert];
