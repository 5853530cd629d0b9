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

/** A file that was uploaded before; a template's has no caption. */
const document = z.strictObject({ id: z.string().min(1), filename: z.string().optional() });
const image = z.strictObject({ id: z.string().min(1) });
const caption = z.string().max(1_024).optional();

const header = z.discriminatedUnion("type", [
  parameter,
  z.strictObject({ type: z.literal("document"), document }),
  z.strictObject({ type: z.literal("image"), image }),
]);

const template = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.strictObject({
    policy: z.literal("deterministic").optional(),
    code: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2,3})?$/),
  }),
  components: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({ type: z.literal("header"), parameters: z.array(header) }),
        z.strictObject({ type: z.literal("body"), parameters: z.array(parameter) }),
      ]),
    )
    .optional(),
});

/** The messages the simulator takes: text, uploaded documents and images, and templates with these. */
export const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...common,
    type: z.literal("text"),
    text: z.strictObject({
      body: z.string().min(1).max(4_096),
      preview_url: z.boolean().optional(),
    }),
  }),
  z.strictObject({
    ...common,
    type: z.literal("document"),
    document: document.extend({ caption }),
  }),
  z.strictObject({ ...common, type: z.literal("image"), image: image.extend({ caption }) }),
  z.strictObject({ ...common, type: z.literal("template"), template }),
]);
export type Message = z.output<typeof messageSchema>;
