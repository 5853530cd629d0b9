import { z } from "zod";
import { toMailAddress } from "../mail-address.ts";
import { toE164 } from "../phone.ts";
import { Timezone } from "./timezone.ts";

/** A name clients choose: recipients, templates, rules, categories. */
export const Name = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9_.@+:-]+$/, "may hold letters, digits and _ . @ + : -");

const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "is not a BCP 47 language tag such as pt-BR");

/** Kept as E.164 when it can be read as a phone number with its country, and as it is when not. */
const phone = z
  .string()
  .max(32)
  .overwrite((value) => toE164(value) ?? value);

/** Kept in its normal form when it can be read as one mail address, and as it is when not. */
const email = z
  .string()
  .max(320)
  .overwrite((value) => toMailAddress(value) ?? value);

/** Where and how a person is reached. Addresses are checked when used, so one bad address harms only itself. */
const fields = {
  email: email.optional(),
  phone: phone.optional(),
  pushTokens: z
    .array(z.strictObject({ token: z.string().max(4096), platform: z.string().max(32) }))
    .max(20)
    .optional(),
  slack: z.string().max(256).optional(),
  telegram: z.string().max(64).optional(),
  whatsapp: phone.optional(),
  /** URL that signed messages are POSTed to. */
  webhook: z.string().max(2_048).optional(),
  locale: locale.optional(),
  timezone: Timezone.optional(),
  attributes: z.record(z.string().max(128), z.json()).optional(),
};

/** Body of `PUT /v1/recipients/{id}`. */
export const RecipientInput = z.strictObject(fields);
export type RecipientInput = z.infer<typeof RecipientInput>;

/** A recipient of the directory. */
export const Recipient = z.strictObject({ id: Name, ...fields });
export type Recipient = z.infer<typeof Recipient>;

/** A recipient as `GET /v1/recipients/{id}` shows it. */
export const RecipientView = Recipient.extend({
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type RecipientView = z.infer<typeof RecipientView>;

/** Recipients one bulk upsert may hold. */
export const MAX_UPSERT = 1_000;

/** A recipient written into a request: with an id it is merged over the directory's, without one it is used once. */
export const InlineRecipient = z.strictObject({ id: Name.optional(), ...fields });
export type InlineRecipient = z.infer<typeof InlineRecipient>;

/** All members of an audience. */
export const AudienceRef = z.strictObject({ audience: Name });
export type AudienceRef = z.infer<typeof AudienceRef>;

/** What channels pick an address from. */
export type Addresses = InlineRecipient;
