import {
  type AnswerHeaders,
  httpFailure,
  type ProviderOutcome,
  rateLimited,
} from "@pulsecourier/sender";
import { TargetRefused } from "@pulsecourier/outbound";

type Answer = { status: number; headers: AnswerHeaders };

/**
 * What a receiver's answer means (Standard Webhooks 1.0, "Sending webhooks"): 2xx is taken, 410 wants no more, a
 * redirect is a failure and never followed. The body of an answer is not told to anybody.
 */
export function readAnswer({ status, headers }: Answer): ProviderOutcome {
  if (status >= 200 && status < 300) return { kind: "sent" };
  const detail = `the receiver answered ${status}`;
  if (status === 410) return { kind: "recipient_gone", detail };
  const asked = headers["retry-after"] !== undefined;
  if (status === 429 || (status === 503 && asked)) return rateLimited(headers, detail);
  if (status >= 500 || status === 408) return { kind: "transient", detail };
  return { kind: "permanent", detail };
}

/** What it means that the call threw. */
export function readFailure(error: unknown): ProviderOutcome {
  if (error instanceof TargetRefused)
    return { kind: "permanent", code: "target_refused", detail: error.message };
  const outcome = httpFailure(error);
  if (outcome.kind !== "transient" && outcome.kind !== "ambiguous") return outcome;
  // The system's own words name hosts and addresses.
  return { ...outcome, detail: `no answer from the receiver: ${codeOf(error)}` };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
