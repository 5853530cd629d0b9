import { z } from "zod";

const attribute = z.string().min(1);

/** CloudEvents 1.0 attributes we read; extensions pass. `id` and `source` together are the dedupe key. */
export const CloudEventAttributes = z.looseObject({
  specversion: z.literal("1.0"),
  id: attribute.max(256),
  source: attribute.max(512),
  type: attribute.max(256),
  subject: attribute.max(256).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z.string().max(128).optional(),
  dataschema: z.string().max(512).optional(),
  /** Extension: the lane a rule without one uses. */
  pulselane: z.enum(["critical", "normal", "bulk"]).optional(),
});

/** A structured-mode event; data must be JSON (an object, so that templates can name its fields). */
export const CloudEvent = CloudEventAttributes.extend({
  data: z.record(z.string(), z.json()).default({}),
});
export type CloudEvent = z.infer<typeof CloudEvent>;
