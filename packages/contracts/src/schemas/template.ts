import { z } from "zod";
import { CHANNELS, channelDefinition } from "../channels/index.ts";
import { Name } from "./recipient.ts";

const channels = z
  .strictObject(
    Object.fromEntries(CHANNELS.map((name) => [name, channelDefinition(name).content.optional()])),
  )
  .refine(
    (all) => Object.values(all).some((content) => content !== undefined),
    "needs at least one channel",
  );

/** Body of `PUT /v1/templates/{name}`: Handlebars sources per channel, and per locale where they differ. */
export const TemplateDefinition = z.strictObject({
  channels,
  locales: z.record(z.string().max(35), z.strictObject({ channels })).optional(),
  category: Name.optional(),
  layout: Name.optional(),
  partials: z.record(Name, z.string().max(256_000)).optional(),
});
export type TemplateDefinition = z.infer<typeof TemplateDefinition>;

/** Body of `POST /v1/templates/{name}/preview`. */
export const PreviewRequest = z.strictObject({
  channel: z.enum(CHANNELS).optional(),
  locale: z.string().max(35).optional(),
  data: z.record(z.string(), z.json()).default({}),
  recipient: z.record(z.string(), z.json()).default({}),
});
export type PreviewRequest = z.infer<typeof PreviewRequest>;

/** What a preview shows: each channel's content, and the variables the template cannot do without. */
export const PreviewView = z.object({
  name: Name,
  version: z.int(),
  channels: z.partialRecord(
    z.enum(CHANNELS),
    z.object({
      locale: z.string(),
      content: z.record(z.string(), z.string()),
      usage: z
        .array(z.object({ unit: z.string(), used: z.int(), limit: z.int() }))
        .optional()
        .describe(
          "What the content takes up of limits that are no field's length, such as segments",
        ),
    }),
  ),
  requiredPaths: z.array(z.string()),
});
export type PreviewView = z.infer<typeof PreviewView>;
