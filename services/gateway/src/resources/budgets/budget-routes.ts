import { BudgetInput, PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../cursor.ts";
import { nameParam } from "../name-param.ts";
import { deleteBudget, listBudgets, putBudget, readBudget } from "./budget-store.ts";

const put = route({
  method: "put",
  path: "/v1/budgets/:name",
  scope: "admin",
  body: BudgetInput,
  handler: async ({ tenant, params, body }, { db }) => {
    const of = { tenant, name: nameParam(params.name) };
    const created = await putBudget(db, of, body);
    return { status: created ? 201 : 200, body: await readBudget(db, of) };
  },
});

const get = route({
  method: "get",
  path: "/v1/budgets/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const budget = await readBudget(db, { tenant, name: nameParam(params.name) });
    if (budget === null) throw new PulseError("not_found");
    return { status: 200, body: budget };
  },
});

const cursors = createCursors("budgets", z.string());

const list = route({
  method: "get",
  path: "/v1/budgets",
  scope: "admin",
  query: z.strictObject(pageQuery),
  handler: async ({ tenant, query: { limit, cursor } }, { db, secrets }) => {
    const after = cursors.decode(secrets.cursors, cursor) ?? "";
    const found = await listBudgets(db, { tenant, after, limit: limit + 1 });
    const { rows, nextCursor } = pageOf(found, limit, ({ name }) =>
      cursors.encode(secrets.cursors, name),
    );
    return { status: 200, body: { data: rows, nextCursor } };
  },
});

const remove = route({
  method: "delete",
  path: "/v1/budgets/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const of = { tenant, name: nameParam(params.name) };
    if (!(await deleteBudget(db, of))) throw new PulseError("not_found");
    return { status: 204 };
  },
});

/** What sagas reserve from. */
export const budgetRoutes: Route[] = [list, put, get, remove];
