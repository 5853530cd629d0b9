import type { Operation } from "../operation.ts";
import { apiKeyOperations } from "./api-keys.ts";
import { attachmentOperations } from "./attachments.ts";
import { audienceOperations } from "./audiences.ts";
import { budgetOperations } from "./budgets.ts";
import { callbackOperations } from "./callbacks.ts";
import { cancelOperations } from "./cancels.ts";
import { catalogOperations } from "./catalog.ts";
import { deadLetterOperations } from "./dead-letters.ts";
import { eventOperations } from "./events.ts";
import { fanoutOperations } from "./fanouts.ts";
import { inboxOperations } from "./inbox.ts";
import { notificationOperations } from "./notifications.ts";
import { pauseOperations } from "./pauses.ts";
import { platformOperations } from "./platform.ts";
import { receiptOperations } from "./receipts.ts";
import { recipientOperations } from "./recipients.ts";
import { sagaOperations } from "./sagas.ts";
import { scheduleOperations } from "./schedules.ts";
import { settingsOperations } from "./settings.ts";
import { stopOperations } from "./stops.ts";

/** Every REST call, in the order it is documented. */
export const OPERATIONS: readonly Operation[] = [
  ...eventOperations,
  ...notificationOperations,
  ...cancelOperations,
  ...sagaOperations,
  ...fanoutOperations,
  ...scheduleOperations,
  ...attachmentOperations,
  ...recipientOperations,
  ...audienceOperations,
  ...catalogOperations,
  ...budgetOperations,
  ...inboxOperations,
  ...callbackOperations,
  ...deadLetterOperations,
  ...receiptOperations,
  ...settingsOperations,
  ...stopOperations,
  ...pauseOperations,
  ...apiKeyOperations,
  ...platformOperations,
];
