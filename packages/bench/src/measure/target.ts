/** What is measured: the platform, or the baseline beside it. Both take the same requests. */
export type Target = {
  name: "platform" | "baseline";
  gateway: string;
  key: string;
  /** The provider both send to. */
  simulator: string;
  /** What the provider calls the email of a notification. */
  deliveryOf: (id: string, channel: "email" | "inapp") => string;
  /** Resolves when nothing that began with `ids` is left to do. */
  settled: (ids: readonly string[]) => Promise<void>;
};
