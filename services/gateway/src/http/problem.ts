import { StoreUnavailableError } from "@pulsecourier/attachments";
import { ERRORS, type Problem, PulseError } from "@pulsecourier/contracts";
import { KafkaError } from "@pulsecourier/kafka";

/** An error as RFC 9457 problem details. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  retryable: boolean;
  errors?: Problem[];
  instance?: string;
  requestId?: string;
  traceId?: string;
};

/** Problem details of an error; a batch puts one in each refused item. */
export function problemOf(error: PulseError): ProblemBody {
  const { title, status, retry } = ERRORS[error.code];
  return {
    type: `urn:pulsecourier:problem:${error.code}`,
    title,
    // Errors without a status end deliveries and are never thrown at clients.
    status: status ?? 500,
    detail: error.message,
    code: error.code,
    retryable: retry,
    ...(error.problems.length > 0 && { errors: error.problems }),
  };
}

/** Seconds a client waits before repeating, where the error does not say. */
const RETRY_AFTER_SECONDS = 2;

export function retryAfterOf(error: PulseError): number | null {
  return error.retryAfterSeconds ?? (error.code === "unavailable" ? RETRY_AFTER_SECONDS : null);
}

/** Any thrown value as an error of the catalogue: Kafka, Postgres or the attachment store being away is `unavailable`. */
export function toPulseError(thrown: unknown): PulseError {
  if (thrown instanceof PulseError) return thrown;
  if (thrown instanceof KafkaError) {
    if (thrown.code === "record_too_large") {
      return new PulseError("body_too_large", thrown.message, { cause: thrown });
    }
    return new PulseError("unavailable", undefined, { cause: thrown });
  }
  if (thrown instanceof StoreUnavailableError || isPostgresAway(thrown))
    return new PulseError("unavailable", undefined, { cause: thrown });
  return new PulseError("internal", undefined, { cause: thrown });
}

// SQLSTATE: 08 connection, 53 out of resources, 57 operator intervention (shutdown, starting up, timeout).
const AWAY_CODE =
  /^(08|53|57)...$|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN)$/;
const AWAY_MESSAGE =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error/;

function isPostgresAway(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof AggregateError) return thrown.errors.some(isPostgresAway);
  const code = "code" in thrown ? String(thrown.code) : "";
  return AWAY_CODE.test(code) || AWAY_MESSAGE.test(thrown.message);
}
