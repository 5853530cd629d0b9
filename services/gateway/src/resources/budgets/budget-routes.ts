import { BudgetInput, PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { pageQuery } from "../cursor.ts";
import { createNamePages } from "../name-pages.ts";
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

const pageByName = createNamePages("budgets");

const list = route({
  method: "get",
  path: "/v1/budgets",
  scope: "admin",
  query: z.strictObject(pageQuery),
  handler: async ({ tenant, query }, { db, secrets }) => ({
    status: 200,
    body: await pageByName(query, secrets.cursors, (from) => listBudgets(db, { tenant, ...from })),
  }),
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
