import type { Channel } from "@pulsecourier/contracts";

/** What is measured: the platform, or the baseline beside it. Both take the same requests. */
export type Target = {
  name: "platform" | "baseline";
  gateway: string;
  key: string;
  /** The provider both send to. */
  simulator: string;
  /** What the receiving end calls a notification. */
  deliveryOf: (id: string, channel: Channel) => string;
  /** Resolves when nothing that began with `ids` is left to do. */
  settled: (ids: readonly string[]) => Promise<void>;
  /** Stops its processes where they are until `resume`, so that they cost nothing while others are measured. */
  pause: () => Promise<void>;
  resume: () => Promise<void>;
};

/** Pauses a target while acting. */
export async function whilePaused<T>(paused: Target, act: () => Promise<T>): Promise<T> {
  await paused.pause();
  try {
    return await act();
  } finally {
    await paused.resume();
  }
}
