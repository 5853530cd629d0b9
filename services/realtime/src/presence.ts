import { markAbsent, markPresent, type Owner, type Redis } from "@pulsecourier/redis";

/** Says in Redis who is connected to this instance, for the choice of channels. What Redis loses is soon said again. */
export type Presence = {
  arrived: (owner: Owner) => void;
  left: (owner: Owner) => void;
  /** All who are here; to be called every 15 s or so. */
  refresh: (owners: readonly Owner[]) => void;
};

export function createPresence(redis: Redis): Presence {
  // A failure is a value here, and Redis says itself when it is away: these never reject.
  return {
    arrived: (owner) => void markPresent(redis, [owner]),
    left: (owner) => void markAbsent(redis, owner),
    refresh: (owners) => void markPresent(redis, owners),
  };
}
