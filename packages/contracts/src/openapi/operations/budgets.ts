import { BudgetInput, BudgetView } from "../../schemas/budget.ts";
import { BudgetPage, PageQuery } from "../answers.ts";
import type { Operation } from "../operation.ts";

const input = { limit: 1_000, window: "month" as const };
const view = {
  name: "texts",
  ...input,
  used: 412,
  reserved: 3,
  startsAt: "2026-05-01T00:00:00.000Z",
  endsAt: "2026-06-01T00:00:00.000Z",
  createdAt: "2026-04-20T08:00:00.000Z",
  updatedAt: "2026-05-04T09:00:00.000Z",
};

export const budgetOperations: Operation[] = [
  {
    id: "putBudget",
    method: "put",
    path: "/v1/budgets/{name}",
    tag: "Budgets",
    summary: "Set how much the workflows of the tenant may use together",
    description:
      "A `reserve` step of a workflow reserves from it. What is used and reserved stays when the limit changes.",
    scope: "admin",
    body: { schema: BudgetInput, example: input },
    answers: {
      200: { description: "Changed", schema: BudgetView, example: view },
      201: { description: "Created", schema: BudgetView, example: view },
    },
    errors: ["malformed_request"],
  },
  {
    id: "getBudget",
    method: "get",
    path: "/v1/budgets/{name}",
    tag: "Budgets",
    summary: "Read a budget, and what is used and reserved of it in its present window",
    scope: "admin",
    answers: { 200: { description: "The budget", schema: BudgetView, example: view } },
    errors: ["malformed_request", "not_found"],
  },
  {
    id: "listBudgets",
    method: "get",
    path: "/v1/budgets",
    tag: "Budgets",
    summary: "List budgets by name, as they stand",
    scope: "admin",
    query: PageQuery,
    answers: { 200: { description: "A page", schema: BudgetPage } },
  },
  {
    id: "deleteBudget",
    method: "delete",
    path: "/v1/budgets/{name}",
    tag: "Budgets",
    summary: "Delete a budget",
    description:
      "What is reserved of it ends as it would have; workflows that name it find it exhausted from now on.",
    scope: "admin",
    answers: { 204: { description: "Deleted" } },
    errors: ["malformed_request", "not_found"],
  },
];
