/** CloudEvents Kafka binding 1.0, binary mode: attribute names as record headers. */
export const CE = {
  id: "ce_id",
  source: "ce_source",
  type: "ce_type",
  specversion: "ce_specversion",
  time: "ce_time",
  subject: "ce_subject",
  /** The tenant an event belongs to; writing to the event topics is authority over it. */
  tenant: "ce_pulsetenant",
} as const;

/** Headers the gateway stamps on what it accepts. */
export const STAMP = {
  /** Accept time, ms since 1970. */
  acceptedAt: "ntf-accepted-at",
  /** The tenant's catalog revision at accept time. */
  catalogRevision: "ntf-catalog-revision",
  /** Set on a record a timer has fired: its `sendAt` has passed, route it now. */
  due: "ntf-due",
  /** Set on an event that waited for a paused rule: that rule decides about it, and no other. */
  rule: "ntf-rule",
  /** And the pause it waited for. */
  pause: "ntf-pause",
  /** Set, besides `due`, on what was held in quiet hours: how often it was, and until when the last time, ms. */
  holds: "ntf-holds",
  heldUntil: "ntf-held-until",
} as const;

/** On records of status callbacks, in all their lives: the callback's name. */
export const HEADER_CALLBACK = "ntf-callback";

/** Type and source of the event an ad-hoc request becomes; refused from outside. */
export const ADHOC_TYPE = "pulse.notification.requested";
export const ADHOC_SOURCE = "/pulse/api";
/** Type and source of what a saga asks the router for: one wave of channels; refused from outside. */
export const WAVE_TYPE = "pulse.wave.requested";
export const WAVE_SOURCE = "/pulse/orchestrator";
/** Type and source of what the router held in a recipient's quiet hours; refused from outside. */
export const HELD_TYPE = "pulse.hold.ended";
export const HELD_SOURCE = "/pulse/router";
/** Type and source of what the router asks itself for: one page of a fan-out; refused from outside. */
export const PAGE_TYPE = "pulse.page.requested";
export const PAGE_SOURCE = "/pulse/router";
/** Event types with this prefix are ours. */
export const RESERVED_TYPE_PREFIX = "pulse.";
