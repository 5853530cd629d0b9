import { SESServiceException } from "@aws-sdk/client-ses";
import { httpFailure, type ProviderOutcome, refusalOf } from "@pulsecourier/sender";

/** Our account, its credentials, its sender or its configuration set: no mail would be taken. */
const MISCONFIGURED = new Set([
  "AccountSendingPaused",
  "ConfigurationSetSendingPaused",
  "ConfigurationSetDoesNotExist",
  "AccessDenied",
  "ExpiredToken",
  "IncompleteSignature",
  "InvalidAction",
  "InvalidClientTokenId",
  "MissingAuthenticationToken",
  "NotAuthorized",
  "OptInRequired",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "UnrecognizedClient",
]);
const THROTTLED = new Set(["Throttling", "RequestLimitExceeded", "TooManyRequests"]);
/** The daily quota counts the last 24 hours, so some of it comes back all the time. */
const DAILY_QUOTA_WAIT_MS = 600_000;

/**
 * What a failed call of the SES client means
 * (https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html, .../API_SendRawEmail.html#API_SendRawEmail_Errors).
 */
export function classifySes(thrown: unknown, from: string): ProviderOutcome {
  if (thrown instanceof SESServiceException) return classifyAnswer(thrown, from);
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (name === "CredentialsProviderError") return { kind: "config", detail: message };
  const status = statusOf(thrown);
  // Not XML, such as a proxy's page. A success that cannot be read leaves open whether the mail was taken.
  if (status !== undefined && status >= 300)
    return refusalOf({ status, headers: {} }, `Amazon SES answered ${status}: ${message}`);
  // The client's own time limit for connecting carries no code.
  if (name === "TimeoutError" && message.includes("did not establish a connection"))
    return { kind: "transient", detail: message };
  return httpFailure(thrown);
}

function classifyAnswer(error: SESServiceException, from: string): ProviderOutcome {
  const status = error.$metadata.httpStatusCode ?? 500;
  const code = error.name.replace(/Exception$/, "");
  const detail = `Amazon SES answered ${status}, ${code}: ${error.message}`;
  if (THROTTLED.has(code)) return throttled(error.message, detail);
  if (MISCONFIGURED.has(code)) return { kind: "config", detail };
  if (code === "MailFromDomainNotVerified") return { kind: "sender_refused", detail };
  if (code === "MessageRejected") return rejected(error.message, { from, detail });
  if (/message length is more than|too long/i.test(error.message))
    return { kind: "permanent", code: "content_too_large", detail };
  return refusalOf({ status, headers: {} }, detail);
}

/** `Maximum sending rate exceeded.` passes within a second, `Daily message quota exceeded.` does not. */
function throttled(message: string, detail: string): ProviderOutcome {
  const daily = /daily/i.test(message);
  return { kind: "rate_limited", detail, ...(daily && { retryAfterMs: DAILY_QUOTA_WAIT_MS }) };
}

/** `MessageRejected` speaks of the mail, or of the account, or names identities that are not verified. */
function rejected(message: string, o: { from: string; detail: string }): ProviderOutcome {
  const { from, detail } = o;
  const domain = from.slice(from.lastIndexOf("@") + 1);
  // In the SES sandbox recipients have to be verified, too; only a sender that is not is the account's fault.
  const sender =
    /not verified/i.test(message) && (message.includes(from) || message.endsWith(domain));
  if (sender) return { kind: "sender_refused", detail };
  if (/(?:suspended|paused|shut down) for this account/i.test(message))
    return { kind: "config", detail };
  return { kind: "permanent", detail };
}

function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("$metadata" in thrown)) return undefined;
  const metadata: unknown = thrown.$metadata;
  const status: unknown =
    typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === "number" ? status : undefined;
}
