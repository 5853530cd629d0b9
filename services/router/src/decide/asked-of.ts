import type { NotificationSummary, SagaRequest } from "@pulsecourier/contracts";
import type { SagaPlan } from "../read/request.ts";
import type { Intent } from "./intent.ts";

/** All that will ever be needed of an intent's request, for what carries it out later. */
export function askedOf(
  { request, recipient }: Intent,
  summary: NotificationSummary,
  templates: SagaPlan["templates"],
): SagaRequest {
  const { event, attachments } = request;
  const { type, subject, time } = event;
  const content = event.held?.request.content ?? event.adhoc?.content;
  return {
    summary,
    event: { type, ...(subject !== undefined && { subject }), ...(time !== undefined && { time }) },
    recipient,
    ...(content && { content }),
    ...(attachments.length > 0 && { attachments: [...attachments] }),
    // Read from JSON.
    data: event.data as SagaRequest["data"],
    templates,
    catalogRevision: event.revision,
  };
}
