/** Names of the record headers that are ours; values are text. */

/** Id that consumers dedupe by. */
export const HEADER_ID = "ntf-id";
/** Attempts made so far, decimal. */
export const HEADER_ATTEMPT = "ntf-attempt";
/** Epoch milliseconds before which the record must not be handled. */
export const HEADER_NOT_BEFORE = "ntf-not-before";
/** Epoch milliseconds of the first attempt. */
export const HEADER_FIRST_AT = "ntf-first-at";
/** Epoch milliseconds after which the record is worth nothing. */
export const HEADER_EXPIRES_AT = "ntf-expires-at";
/** Where a dead letter was read: JSON of topic, partition, offset, timestamp and group. */
export const HEADER_ORIGIN = "ntf-origin";
/** Class of the last error. */
export const HEADER_ERROR_CLASS = "ntf-err-class";
/** Code of the last error, from the catalogue. */
export const HEADER_ERROR_CODE = "ntf-err-code";
/** Message of the last error, at most 1 KiB of UTF-8. */
export const HEADER_ERROR_MESSAGE = "ntf-err-msg";
/** How often the record was redriven from a dead-letter topic, decimal. */
export const HEADER_REDRIVE = "ntf-redrive";
/** Why the record is a dead letter: `poison`, `exhausted` or `rejected`. */
export const HEADER_REASON = "ntf-reason";
/** Name of the provider that refused what a dead letter holds. */
export const HEADER_PROVIDER = "ntf-provider";
/** W3C Trace Context. */
export const HEADER_TRACEPARENT = "traceparent";
