import { z } from "zod";
import { RESERVED_TYPE_PREFIX } from "../headers.ts";
import { expression } from "./steps/step-names.ts";

/** Longest key that is compared, characters; a longer one is none. */
export const MAX_SIGNAL_KEY = 256;
/** JSON text of an event's data that a saga keeps for its conditions; of a larger one only the name is kept. */
export const MAX_SIGNAL_DATA_BYTES = 16 * 1024;

/** An event from upstream that a running workflow listens for. */
export const Signal = z.strictObject({
  on: z
    .string()
    .min(1)
    .max(256)
    .refine((type) => !type.includes("*"), "is one event type; `*` is not known here")
    .refine((type) => !type.startsWith(RESERVED_TYPE_PREFIX), "is a reserved event type")
    .describe("Event type"),
  key: expression.describe("CEL over `event`: what it is about; a text or a number"),
  startKey: expression
    .optional()
    .describe("The same over the event the workflow began with; left out: `key`"),
  when: expression
    .optional()
    .describe("CEL over `event` and `start`, the event the workflow began with"),
});
export type Signal = z.infer<typeof Signal>;

/** An event as a saga hears of it. */
export const SignalEvent = z.object({
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string().optional(),
  time: z.string().optional(),
  data: z.record(z.string(), z.json()),
});
export type SignalEvent = z.infer<typeof SignalEvent>;

/** An event as a saga keeps it. */
export const HeardEvent = SignalEvent.extend({
  /** Its data was too large to keep. */
  dataLeftOut: z.literal(true).optional(),
});
export type HeardEvent = z.infer<typeof HeardEvent>;
