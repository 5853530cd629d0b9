import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { ApiKeyView, Scope } from "../schemas/api-key.ts";
import { AudienceItem, Member } from "../schemas/audience.ts";
import { BudgetView } from "../schemas/budget.ts";
import { CallbackView } from "../schemas/callback.ts";
import { EntryListItem } from "../schemas/catalog-view.ts";
import { DeadLetterView } from "../schemas/dead-letter.ts";
import { NotificationView } from "../schemas/notification-view.ts";
import { Name } from "../schemas/recipient.ts";
import { ScheduleSummary } from "../schemas/schedule.ts";
import { StopView } from "../schemas/stop.ts";
import { SuppressionView } from "../schemas/suppression.ts";
import { ProblemDetails } from "../schemas/problem.ts";

const nextCursor = z
  .string()
  .nullable()
  .describe("Where the next page starts; null on the last one");

/** Query parameters of every list. */
export const PageQuery = z.object({
  limit: z.int().min(1).max(100).default(50),
  cursor: z.string().optional().describe("`nextCursor` of the page before"),
});

/** Where Kafka keeps what was accepted. */
export const Receipt = z.object({ topic: z.string(), partition: z.int(), offset: z.string() });

export const AcceptedEvent = z.object({ id: z.string(), receipt: Receipt });

const Refused = z.object({ problem: ProblemDetails });

export const AcceptedEvents = z.object({ events: z.array(z.union([AcceptedEvent, Refused])) });

const named = z.object({ id: z.guid(), to: z.string() });

export const AcceptedNotification = z.object({
  id: z.guid().optional().describe("The notification's id when there is exactly one"),
  eventId: z.guid(),
  status: z.literal("accepted"),
  receipt: Receipt,
  notifications: z.array(named).describe("Of the recipients named one by one"),
  fanouts: z
    .array(z.object({ id: z.guid(), audience: z.string() }))
    .optional()
    .describe("One for each audience: `GET /v1/fanouts/{id}` says how far it is"),
});

const BatchItem = z.object({
  id: z.guid().optional(),
  eventId: z.guid(),
  receipt: Receipt,
  notifications: z.array(named).optional(),
  fanouts: z.array(z.object({ id: z.guid(), audience: z.string() })).optional(),
});

export const AcceptedBatch = z.object({ results: z.array(z.union([BatchItem, Refused])) });

/** What the router decided for an event. */
export const EventView = z.object({
  id: z.string(),
  source: z.string(),
  type: z.string(),
  acceptedAt: z.iso.datetime(),
  catalogRevision: z.int(),
  decision: z.json().describe("What was decided; null until then"),
});

const cancelled = z.object({ deliveryId: z.guid(), channel: ChannelName });

export const CancelAnswer = z.object({
  id: z.guid(),
  status: z.enum(["cancelled", "partial"]),
  cancelled: z.array(cancelled),
  alreadySent: z.array(cancelled),
});

export const RescheduleAnswer = z.object({
  id: z.guid(),
  status: z.literal("scheduled"),
  sendAt: z.iso.datetime(),
});

/** When a run that was asked for is planned: now, by the platform's clock. */
export const RunAsked = z.object({ name: z.string(), plannedAt: z.iso.datetime() });

export const NotificationPage = z.object({ data: z.array(NotificationView), nextCursor });
export const EntryPage = z.object({ data: z.array(EntryListItem), nextCursor });
export const DeadLetterPage = z.object({ data: z.array(DeadLetterView), nextCursor });
export const SuppressionPage = z.object({ data: z.array(SuppressionView), nextCursor });
export const SchedulePage = z.object({ data: z.array(ScheduleSummary), nextCursor });
export const StopList = z.object({ data: z.array(StopView) });
export const BudgetPage = z.object({ data: z.array(BudgetView), nextCursor });
export const AudiencePage = z.object({ data: z.array(AudienceItem), nextCursor });
export const MemberPage = z.object({ data: z.array(Member), nextCursor });
export const AddedMembers = z.object({ added: z.int(), alreadyMembers: z.int() });
export const RemovedMembers = z.object({ removed: z.int(), notMembers: z.int() });
export const Subscribed = z.object({ topic: Name, recipient: Name });
export const CallbackList = z.object({ data: z.array(CallbackView) });
export const ApiKeyList = z.object({ data: z.array(ApiKeyView) });

/** A new key; the only answer that shows it. */
export const CreatedApiKey = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
});

export const UpsertAnswer = z.object({
  results: z.array(
    z.union([z.object({ id: z.string(), status: z.enum(["created", "updated"]) }), Refused]),
  ),
});

export const UnreadCount = z.object({ unread: z.int() });
export const ReadAllAnswer = z.object({ read: z.int(), unread: z.int() });
