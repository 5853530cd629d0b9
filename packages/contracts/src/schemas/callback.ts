import { z } from "zod";
import { FACT_TYPES } from "./lifecycle.ts";
import { Name } from "./recipient.ts";

/** Callbacks a tenant may have. */
export const MAX_CALLBACKS = 50;
/** How old what is known of callbacks may be where they are used, ms; a change is answered once it is in force. */
export const CALLBACKS_KNOWN_MS = 1_000;

/** What a callback is told of: types of facts, or `*` for all. */
export const CallbackEvent = z.enum(["*", ...FACT_TYPES]);
export type CallbackEvent = z.infer<typeof CallbackEvent>;

/** Body of `PUT /v1/callbacks/{name}`. */
export const CallbackInput = z.strictObject({
  url: z.string().min(1).max(2_048),
  events: z.array(CallbackEvent).min(1).max(100),
});
export type CallbackInput = z.infer<typeof CallbackInput>;

/** Why a callback was disabled: it failed for days, or its receiver answered 410. */
export const CallbackEnd = z.enum(["failing", "gone"]);
export type CallbackEnd = z.infer<typeof CallbackEnd>;

const time = z.iso.datetime();

/** A callback without its secret. */
export const CallbackView = z.object({
  name: Name,
  url: z.string(),
  events: z.array(CallbackEvent),
  state: z.enum(["enabled", "disabled"]),
  disabledAt: time.nullable(),
  disabledReason: CallbackEnd.nullable(),
  /** Since when nothing has got through; null while it works. */
  failingSince: time.nullable(),
  lastError: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
});
export type CallbackView = z.infer<typeof CallbackView>;

/** Answer of `PUT /v1/callbacks/{name}`: the secret only when the callback is new. */
export const PutCallback = CallbackView.extend({ secret: z.string().optional() });

/** Answer of `POST /v1/callbacks/{name}/rotate`: what came before signs along until then. */
export const RotatedSecret = z.object({ secret: z.string(), previousUntil: time });

/** Body of `POST /v1/callbacks/{name}/replay`. */
export const CallbackReplay = z.strictObject({
  /** Facts of notifications accepted at this time or later. */
  since: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }).optional(),
  /** `nextCursor` of the call before, to go on. */
  cursor: z.string().max(512).optional(),
});
export type CallbackReplay = z.infer<typeof CallbackReplay>;

/** What a replay did; repeat the call with the cursor while there is one. */
export const ReplayResult = z.object({ replayed: z.int(), nextCursor: z.string().nullable() });

/** What messages of the channel `webhook` to recipients are signed with. */
export const WebhookSecret = z.object({ secret: z.string() });
