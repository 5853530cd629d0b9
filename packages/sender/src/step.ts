import { ERRORS, type ErrorCode, type FactError } from "@pulsecourier/contracts";
import type { Hold } from "./hold.ts";

/** What one attempt led to. Delays count from the moment the step is taken, ms. */
export type Step =
  | { kind: "sent"; provider: string; providerMessageId?: string }
  | { kind: "retry"; delayMs: number; error: FactError; provider?: string }
  | { kind: "wait"; delayMs: number; reason: string }
  | { kind: "hold"; delayMs: number; hold: Hold }
  | { kind: "failed"; error: FactError; deadLetter: "rejected" | "exhausted"; provider?: string }
  | { kind: "cancelled" }
  | { kind: "expired" };

/** An error of the catalogue as facts show it. */
export function factError(code: ErrorCode, message: string = ERRORS[code].title): FactError {
  return { code, class: ERRORS[code].class, message };
}

/** Ends a delivery that repeating cannot help. */
export function reject(error: FactError, provider?: string): Step {
  return {
    kind: "failed",
    error,
    deadLetter: "rejected",
    ...(provider === undefined ? {} : { provider }),
  };
}
