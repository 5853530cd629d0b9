import { docsRoutes } from "../docs/docs-routes.ts";
import type { Route } from "../http/route.ts";
import { audienceRoutes } from "./audiences/audience-routes.ts";
import { budgetRoutes } from "./budgets/budget-routes.ts";
import { callbackRoutes } from "./callbacks/callback-routes.ts";
import { categoryRoutes } from "./categories/category-routes.ts";
import { deadLetterRoutes } from "./dead-letters/dead-letter-routes.ts";
import { inboxRoutes } from "./inbox/inbox-routes.ts";
import { preferencePageRoutes } from "./preference-page/preference-page-routes.ts";
import { pauseRoutes } from "./pauses/pause-routes.ts";
import { preferenceRoutes } from "./preferences/preference-routes.ts";
import { recipientRoutes } from "./recipients/recipient-routes.ts";
import { ruleRoutes } from "./rules/rule-routes.ts";
import { scheduleRoutes } from "./schedules/schedule-routes.ts";
import { settingsRoutes } from "./settings/settings-routes.ts";
import { stopRoutes } from "./stops/stop-routes.ts";
import { suppressionRoutes } from "./suppressions/suppression-routes.ts";
import { templateRoutes } from "./templates/template-routes.ts";
import { tokenRoutes } from "./tokens/token-routes.ts";
import { unsubscribeRoutes } from "./unsubscribe/unsubscribe-routes.ts";
import { workflowRoutes } from "./workflows/workflow-routes.ts";

/** Routes of what clients keep here: directory, catalog, budgets, inbox, callbacks, dead letters, stops, documentation. */
export const resourceRoutes: Route[] = [
  ...recipientRoutes,
  ...preferenceRoutes,
  ...preferencePageRoutes,
  ...tokenRoutes,
  ...audienceRoutes,
  ...templateRoutes,
  ...ruleRoutes,
  ...workflowRoutes,
  ...categoryRoutes,
  ...budgetRoutes,
  ...inboxRoutes,
  ...callbackRoutes,
  ...deadLetterRoutes,
  ...suppressionRoutes,
  ...scheduleRoutes,
  ...settingsRoutes,
  ...stopRoutes,
  ...pauseRoutes("rule"),
  ...pauseRoutes("workflow"),
  ...unsubscribeRoutes,
  ...docsRoutes,
];
