import { PulseError } from "@pulsecourier/contracts";

/** The value, or the error the catalogue has for it; for batches, where one bad item harms no other. */
export function attempt<T>(make: () => T): T | PulseError {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof PulseError) return thrown;
    throw thrown;
  }
}

export function isError(value: unknown): value is PulseError {
  return value instanceof PulseError;
}
