import { PulseError } from "@pulsecourier/contracts";

/** What `work` comes to, or `unavailable` after `ms`; the work itself goes on. */
export async function withDeadline<T>(work: Promise<T> | T, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new PulseError("unavailable")), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
