import { z } from "zod";

const common = {
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.literal("individual").optional(),
  to: z.string().regex(/^\+?[1-9]\d{6,14}$/),
  biz_opaque_callback_data: z.string().max(512).optional(),
};

/** The value of a variable; Meta refuses what could break the template's layout. */
const parameter = z.strictObject({
  type: z.literal("text"),
  parameter_name: z.string().optional(),
  text: z
    .string()
    .min(1)
    .max(32_768)
    .regex(
      /^(?!.* {5})[^\n\r\t]*$/,
      "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
    ),
});

const template = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.strictObject({
    policy: z.literal("deterministic").optional(),
    code: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2,3})?$/),
  }),
  components: z
    .array(z.strictObject({ type: z.enum(["header", "body"]), parameters: z.array(parameter) }))
    .optional(),
});

/** The messages the simulator takes: text, and templates with text parameters. */
export const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...common,
    type: z.literal("text"),
    text: z.strictObject({
      body: z.string().min(1).max(4_096),
      preview_url: z.boolean().optional(),
    }),
  }),
  z.strictObject({ ...common, type: z.literal("template"), template }),
]);
export type Message = z.output<typeof messageSchema>;
