import type { NotificationStatus } from "@pulsecourier/contracts";
import type { ShopEvent } from "./read-shop.ts";

/** What a story does next, one of them a step. */
export type StoryStep =
  | { publish: ShopEvent }
  /** Body of `POST /v1/notifications`. */
  | { send: unknown }
  /** Waits until all sagas of the story that run, at least `count` (1), wait in this step of their workflow. */
  | { waiting: string; count?: number }
  /** Waits until as many notifications of the story have ended. */
  | { ended: number }
  /** Lets time pass: an ISO 8601 duration. */
  | { travel: string }
  /** From now on, until the story is over, a provider of the simulator behaves so. */
  | { behave: { provider: string; behaviour: unknown } };

/** Something that takes several steps, acted out on the dev platform, and what must have come of it. */
export type Story = {
  title: string;
  steps: StoryStep[];
  /** By recipient: how its notifications end, in any order, and through which channels they reached somebody. */
  expected: Record<string, { statuses: NotificationStatus[]; reached: string[] }>;
};
