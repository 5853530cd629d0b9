import { CANCELLABLE, type CancelFilter, type NotificationView } from "@pulsecourier/contracts";

type Cancellable = (typeof CANCELLABLE)[number];
export type Matched = NotificationView & { status: Cancellable };

/** True for a notification that can still be cancelled and is meant; times are looked at elsewhere. */
export function isMatched(view: NotificationView, filter: CancelFilter): view is Matched {
  const { category, rule, workflow, recipient, status, metadata = {} } = filter;
  const fits = (asked: string | undefined, has: string | null | undefined) =>
    asked === undefined || asked === has;
  return (
    CANCELLABLE.some((one) => one === view.status) &&
    fits(status, view.status) &&
    fits(category, view.category) &&
    fits(rule, view.rule?.name) &&
    fits(workflow, view.workflow?.name) &&
    fits(recipient, view.recipient) &&
    Object.entries(metadata).every(([key, value]) => view.metadata?.[key] === value)
  );
}
