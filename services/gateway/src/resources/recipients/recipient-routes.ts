import type { Catalog } from "@pulsecourier/catalog";
import {
  MAX_UPSERT,
  nationalPhones,
  type Problem,
  PulseError,
  Recipient,
  RecipientInput,
} from "@pulsecourier/contracts";
import { z } from "zod";
import { problemOf } from "../../http/problem.ts";
import { route, type Route } from "../../http/route.ts";
import { parsed } from "../../http/schema-problems.ts";
import { localiseRecipient } from "../../localise-recipient.ts";
import { nameParam } from "../name-param.ts";
import { deleteRecipient, readRecipient, upsertRecipients } from "./recipient-store.ts";

const put = route({
  method: "put",
  path: "/v1/recipients/:id",
  scope: "admin",
  body: RecipientInput,
  handler: async ({ tenant, params, body }, { db, catalog }) => {
    const id = nameParam(params.id);
    refuseControlCharacters(body);
    const recipient = localiseRecipient(body, await countryFor([body], { tenant, catalog }), "");
    const results = await upsertRecipients(db, tenant, [{ id, ...recipient }]);
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
  handler: async ({ tenant, body }, { db, catalog }) => {
    const read = body.recipients.map(readItem);
    const wellFormed = read.flatMap((item) => ("id" in item ? [item] : []));
    const country = await countryFor(wellFormed, { tenant, catalog });
    const items = read.map((item, index) => localiseItem(item, index, country));
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

/** The tenant's country as it is now, where a phone number needs one: a country set just before counts. */
async function countryFor(
  recipients: readonly RecipientInput[],
  { tenant, catalog }: { tenant: string; catalog: Catalog },
): Promise<string | undefined> {
  if (!recipients.some((one) => nationalPhones(one).length > 0)) return undefined;
  return (await catalog.current(tenant, { fresh: true })).settings.defaultCountry;
}

type Item = Recipient | { problem: object };

function readItem(value: unknown, index: number): Item {
  return orProblem(() => {
    const recipient = parsed(Recipient, value, ["recipients", index]);
    refuseControlCharacters(recipient, `/recipients/${index}`);
    return recipient;
  });
}

function localiseItem(item: Item, index: number, country: string | undefined): Item {
  if (!("id" in item)) return item;
  return orProblem(() => localiseRecipient(item, country, `/recipients/${index}`));
}

function orProblem(read: () => Recipient): Item {
  try {
    return read();
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
