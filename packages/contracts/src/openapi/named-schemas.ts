import type { z } from "zod";
import { ApiKeyInput, ApiKeyView } from "../schemas/api-key.ts";
import { AttachmentInput, AttachmentView } from "../schemas/attachment.ts";
import { AudienceInput, AudienceItem, AudienceView, MembersChange } from "../schemas/audience.ts";
import { BudgetInput, BudgetView } from "../schemas/budget.ts";
import { CallbackInput, CallbackReplay, CallbackView } from "../schemas/callback.ts";
import { EntryListItem } from "../schemas/catalog-view.ts";
import { CategoryDefinition } from "../schemas/category.ts";
import { CloudEvent } from "../schemas/cloud-event.ts";
import { FlatContent } from "../schemas/content.ts";
import { DeadLetterFilter, DeadLetterView, RedriveRequest } from "../schemas/dead-letter.ts";
import { FanoutView } from "../schemas/fanout.ts";
import { InboxItem } from "../schemas/inbox.ts";
import { FactError } from "../schemas/lifecycle.ts";
import { NotificationRequest } from "../schemas/notification-request.ts";
import { DeliveryView, NotificationView } from "../schemas/notification-view.ts";
import { Preferences } from "../schemas/preferences.ts";
import { ProblemDetails } from "../schemas/problem.ts";
import { InlineRecipient, Recipient, RecipientInput, RecipientView } from "../schemas/recipient.ts";
import { Reschedule } from "../schemas/reschedule.ts";
import { SagaView } from "../schemas/saga-view.ts";
import {
  ScheduledEvent,
  ScheduleInput,
  ScheduleRun,
  ScheduleSummary,
  ScheduleView,
} from "../schemas/schedule.ts";
import { WorkflowDefinition } from "../schemas/workflow.ts";
import { RuleDefinition } from "../schemas/rule.ts";
import { PreviewRequest, TemplateDefinition } from "../schemas/template.ts";
import { CancelJobView, CancelPreview, CancelRequest } from "../schemas/cancel-job.ts";
import { PauseInput, PauseView } from "../schemas/pause.ts";
import { StopInput, StopView } from "../schemas/stop.ts";
import { SettingsView, TenantSettings } from "../schemas/tenant-settings.ts";
import { SuppressionView } from "../schemas/suppression.ts";
import { Receipt } from "./answers.ts";

/** Names of what clients send. What is not here is named after its operation. */
export const NAMED_BODIES: Record<string, z.ZodType> = {
  ApiKeyInput,
  AttachmentInput,
  AudienceInput,
  BudgetInput,
  CallbackInput,
  CallbackReplay,
  CategoryDefinition,
  CloudEvent,
  DeadLetterFilter,
  FlatContent,
  InlineRecipient,
  MembersChange,
  NotificationRequest,
  PreferencesInput: Preferences,
  PreviewRequest,
  Recipient,
  RecipientInput,
  RedriveRequest,
  Reschedule,
  RuleDefinition,
  CancelRequest,
  CancelPreview,
  CancelJobView,
  PauseInput,
  PauseView,
  ScheduledEvent,
  ScheduleInput,
  StopInput,
  TemplateDefinition,
  WorkflowDefinition,
  TenantSettings,
};

/** Names of what they get. */
export const NAMED_ANSWERS: Record<string, z.ZodType> = {
  ApiKeyView,
  AttachmentView,
  AudienceItem,
  AudienceView,
  BudgetView,
  CallbackView,
  DeadLetterView,
  DeliveryView,
  EntryListItem,
  FactError,
  FanoutView,
  InboxItem,
  NotificationView,
  Preferences,
  ProblemDetails,
  Receipt,
  RecipientView,
  SagaView,
  ScheduleRun,
  ScheduleSummary,
  ScheduleView,
  SettingsView,
  StopView,
  SuppressionView,
};
