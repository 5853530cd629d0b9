import { z } from "zod";
import { CategoryDefinition } from "./category.ts";
import { PauseView } from "./pause.ts";
import { Name } from "./recipient.ts";
import { RuleDefinition } from "./rule.ts";
import { TemplateDefinition } from "./template.ts";
import { WorkflowDefinition } from "./workflow.ts";

/** An entry of the catalog as lists show it. */
export const EntryListItem = z.object({
  name: Name,
  version: z.int(),
  createdAt: z.iso.datetime(),
});
export type EntryListItem = z.infer<typeof EntryListItem>;

/** One version of a template, as PUT and GET answer it. */
export const TemplateView = EntryListItem.extend({ definition: TemplateDefinition });
/** One version of a rule. */
export const RuleView = EntryListItem.extend({
  definition: RuleDefinition,
  paused: PauseView.optional(),
});
/** One version of a workflow. */
export const WorkflowView = EntryListItem.extend({
  definition: WorkflowDefinition,
  paused: PauseView.optional(),
});
/** One version of a category. */
export const CategoryView = EntryListItem.extend({ definition: CategoryDefinition });
