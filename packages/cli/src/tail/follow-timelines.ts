import type { NotificationView } from "@pulsecourier/contracts";

/** One line of a timeline and whose it is. */
export type Happening = {
  notificationId: string;
  recipient?: string;
  at: string;
  type: string;
  [field: string]: unknown;
};

type Watched = { signature: string; told: Set<string> };

/** Tells what is new in timelines read again and again; forgets the oldest beyond `most` notifications. */
export function createTimelineFollower(most: number) {
  const watched = new Map<string, Watched>();

  return {
    /** Whether a notification of a list differs from when it was last seen. */
    changed: (view: NotificationView): boolean => {
      const signature = JSON.stringify([view.status, view.updatedAt, view.deliveries]);
      const known = watched.get(view.id);
      if (known?.signature === signature) return false;
      watched.set(view.id, { signature, told: known?.told ?? new Set() });
      const [oldest] = watched.keys();
      if (watched.size > most && oldest !== undefined) watched.delete(oldest);
      return true;
    },
    /** The entries of its timeline that were not told before. */
    newEntries: (view: NotificationView): Happening[] => {
      const told = watched.get(view.id)?.told ?? new Set();
      return (view.timeline ?? [])
        .map((entry) => ({
          notificationId: view.id,
          ...(view.recipient === undefined ? {} : { recipient: view.recipient }),
          ...entry,
        }))
        .filter((entry) => {
          const text = JSON.stringify(entry);
          return !told.has(text) && told.add(text);
        });
    },
  };
}
