import { BudgetInput, PulseError } from "@pulsecourier/contracts";
import { route, type Route } from "../../http/route.ts";
import { nameParam } from "../name-param.ts";
import { putBudget, readBudget } from "./budget-store.ts";

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

/** What sagas reserve from. */
export const budgetRoutes: Route[] = [put, get];
