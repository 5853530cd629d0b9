/**
 * What kind of failure it is. The provider classes say what a sender does next:
 * `permanent` ends the delivery, `transient` and `rate_limited` retry, `recipient_gone` ends it and marks the
 * address, `config` trips the account without burning attempts, `ambiguous` may have been delivered.
 */
export type ErrorClass =
  | "request"
  | "permanent"
  | "transient"
  | "rate_limited"
  | "recipient_gone"
  | "config"
  | "ambiguous";

export type CatalogueEntry = {
  class: ErrorClass;
  /** HTTP status when a client sees it; null when it only ends deliveries. */
  status: number | null;
  /** Whether repeating the same thing later can succeed. */
  retry: boolean;
  /** One sentence: what happened and what to do. */
  title: string;
};

const request = (status: number, title: string, retry = false): CatalogueEntry => ({
  class: "request",
  status,
  retry,
  title,
});
const ends = (title: string, errorClass: ErrorClass = "permanent"): CatalogueEntry => ({
  class: errorClass,
  status: null,
  retry: false,
  title,
});
const later = (errorClass: ErrorClass, title: string): CatalogueEntry => ({
  class: errorClass,
  status: null,
  retry: true,
  title,
});

/** Every error code of the platform. Codes are stable; titles may improve. */
export const ERRORS = {
  malformed_json: request(400, "The body is not valid JSON; the detail names the place."),
  malformed_event: request(
    400,
    "The CloudEvent lacks a required attribute or has one of the wrong form.",
  ),
  malformed_request: request(400, "A header or query parameter has the wrong form."),
  unauthenticated: request(401, "Send a valid API key as `Authorization: Bearer <key>`."),
  invalid_signature: request(
    401,
    "The signature is missing, wrong or too old; check the provider's key and this machine's clock.",
  ),
  forbidden: request(403, "The key lacks the scope this call needs."),
  not_found: request(404, "There is nothing by this name or id in this tenant."),
  method_not_allowed: request(
    405,
    "The path does not take this method; `Allow` lists those it does.",
  ),
  cancel_too_late: request(
    409,
    "Every delivery was already sent or ended; nothing was left to cancel.",
  ),
  reschedule_too_late: request(
    409,
    "The notification does not wait for its `sendAt` any more, or never did; it cannot be moved.",
  ),
  idempotency_key_in_use: request(
    409,
    "A request under this Idempotency-Key is still running; repeat it shortly.",
    true,
  ),
  body_too_large: request(413, "The body is over the limit the detail names."),
  unsupported_media_type: request(415, "Send `application/json` or a CloudEvents content type."),
  invalid_request: request(422, "The body does not fit the schema; `errors` lists each place."),
  unknown_template: request(422, "No live template has this name; PUT it first."),
  unknown_audience: request(422, "No audience has this name; PUT it first."),
  unknown_attachment: request(
    422,
    "No attachment has this id, or it has expired; upload it and name the id you get.",
  ),
  attachments_unusable: request(
    422,
    "A channel that is asked for cannot carry these attachments; the detail says which and why.",
  ),
  unknown_channel: request(422, "This channel does not exist; the detail lists those that do."),
  unknown_workflow: request(422, "No live workflow has this name."),
  content_unusable: request(422, "The content holds nothing this channel can send."),
  idempotency_key_reused: request(
    422,
    "This Idempotency-Key was used with another body; use a new key.",
  ),
  broken_template: request(422, "The template does not compile; `errors` lists each place."),
  broken_rule: request(
    422,
    "A CEL expression of the rule is invalid; `errors` gives the position.",
  ),
  broken_workflow: request(422, "The workflow cannot be run as it is; `errors` lists each place."),
  reserved_event_type: request(
    422,
    "Event types starting with `pulse.` are reserved; choose another.",
  ),
  forbidden_target: request(
    422,
    "The URL is not https, or leads to an address that is not public; the detail says which.",
  ),
  too_many_callbacks: request(422, "The tenant has as many callbacks as it may; DELETE one first."),
  too_many_schedules: request(422, "The tenant has as many schedules as it may; DELETE one first."),
  too_many_stops: request(422, "As many stops stand as may; lift one first."),
  rate_limited: request(
    429,
    "The key's rate limit is used up; wait for `Retry-After` seconds.",
    true,
  ),
  internal: request(
    500,
    "Something failed here; repeat the request, and report the request id if it stays.",
    true,
  ),
  unavailable: request(
    503,
    "Not known to be written; repeat it under the same key or event id and nothing doubles.",
    true,
  ),

  invalid_address: ends("The recipient's address is not valid for this channel."),
  no_address: ends("The recipient has no address for this channel."),
  paid_channel_not_named: ends(
    "This channel costs money and nobody asked for it: name it in `channels`, or set `paidChannels` of the category.",
  ),
  opted_out: ends("The recipient's preferences refuse this category or channel."),
  not_opted_in: ends(
    "The tenant's defaults leave this channel out, and the recipient's preferences do not ask for it.",
  ),
  not_preferred: ends(
    "No channel was named, and another one comes first for this recipient; name the channel to use it.",
  ),
  frequency_capped: ends(
    "The recipient has had as many of this category as its cap allows; the detail says how many.",
  ),
  suppressed: ends(
    "The address is on the suppression list; lift it there once the reason is gone.",
  ),
  bounced: ends("The provider took the message and could not deliver it; the detail says why."),
  template_value_missing: ends(
    "The template needs a value the event does not carry; the detail names the path.",
  ),
  template_failed: ends("The template failed to render; the detail says where."),
  channel_not_in_template: ends("The template has nothing for this channel."),
  content_too_large: ends("The rendered content is over the channel's limit."),
  header_injection: ends("A header field holds a line break or control character."),
  attachment_missing: ends(
    "An attachment is not stored any more; upload the same file again, then redrive or send anew.",
  ),
  no_channel: ends("No channel was left to send through; the detail lists why each was dropped."),
  collected: ends("It went out in a digest: `carriedBy` names the notification that carries it."),
  over_budget: ends(
    "The budget of the workflow had too little left; raise it by PUT /v1/budgets/{name}.",
  ),
  compensation_failed: ends(
    "What was sent could not be undone as its step asks; the detail says why. Redrive it, or tell people yourself.",
  ),
  throttled: ends(
    "As many as the workflow's throttle admits had been sent; the detail says which.",
  ),
  workflow_paused: ends("The workflow is paused, and skips what would start it meanwhile."),
  unknown_recipient: ends("No recipient has this id; PUT it first or send inline addresses."),
  unknown_tenant: ends(
    "No tenant has this name; create it or correct the event's `ce_pulsetenant`.",
  ),
  malformed_record: ends(
    "The record is not what its topic carries; it is in the dead-letter topic.",
  ),
  rule_failed: ends("A rule's expression failed on this event; the detail says why."),
  expired: ends("The notification's `expiresAt` passed before it could be sent."),
  attempts_exhausted: ends("Every attempt failed; the last error is in the detail."),
  outcome_unknown: ends(
    "The call may have been delivered and its category forbids a second one.",
    "ambiguous",
  ),

  target_refused: ends("The URL leads to an address that is not public; nothing was sent."),
  callback_ended: ends(
    "The status callback was deleted or disabled; PUT it again, then replay what it missed.",
  ),

  provider_rejected: ends("The provider refused the message for good."),
  sender_refused: ends(
    "The account may not send under the tenant's identity; allow it at the provider or change it in PUT /v1/settings.",
  ),
  recipient_gone: ends("The provider says this address no longer exists.", "recipient_gone"),
  recipient_unreachable: ends(
    "The provider cannot reach this address and does not say why; it is left out for 30 days.",
    "recipient_gone",
  ),
  recipient_stopped: ends(
    "The recipient has answered STOP; nothing is sent until they answer START.",
  ),
  recipient_unsubscribed: ends(
    "The recipient has opted out of such messages at the provider; only required ones are sent.",
  ),
  provider_misconfigured: later(
    "config",
    "The provider refused our credentials or sender; fix the account.",
  ),
  provider_unavailable: later("transient", "The provider failed or could not be reached."),
  provider_rate_limited: later("rate_limited", "The provider asked to slow down."),
  provider_timeout: later(
    "ambiguous",
    "The provider did not answer in time; it may have accepted the message.",
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** One place in a request that is wrong; `pointer` is a JSON pointer (RFC 6901) into the body. */
export type Problem = { pointer: string; detail: string };

/** An error of the catalogue, thrown at the edges and turned into problem+json or an outcome. */
export class PulseError extends Error {
  override name = "PulseError";
  readonly code: ErrorCode;
  readonly problems: Problem[];
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ErrorCode,
    detail?: string,
    options: { problems?: Problem[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail ?? ERRORS[code].title, { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}
