import { z } from "zod";
import { isMailAddress, toMailAddress } from "../mail-address.ts";
import { toE164 } from "../phone.ts";

/** A mail address, kept in its normal form. */
export const MailAddress = z
  .string()
  .max(320)
  .overwrite((written) => toMailAddress(written) ?? written)
  .refine(isMailAddress, "is not a mail address such as shop@example.com");

/** A phone number with its country, kept as E.164. */
export const PhoneNumber = z
  .string()
  .max(32)
  .overwrite((written) => toE164(written) ?? written)
  .refine((number) => toE164(number) === number, "is not a phone number such as +4915112345678");

const mail = z.strictObject({
  /** Sender of the mails. */
  from: MailAddress.optional(),
  /** Name shown beside the address. */
  fromName: z
    .string()
    .min(1)
    .max(128)
    .regex(/^\P{Cc}*$/u, "holds a line break or control character")
    .optional(),
  /** Where answers go. */
  replyTo: MailAddress.optional(),
});

// E.164 number; up to 11 characters with a letter among them; short code; SID of a Twilio messaging service.
const TEXT_SENDER =
  /^(?:\+[1-9]\d{6,14}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}|\d{3,8}|MG[0-9a-fA-F]{32})$/;

const text = z.strictObject({
  /** A number of the account, an alphanumeric id, a short code, or a Twilio messaging service. */
  senderId: z
    .string()
    .max(40)
    .overwrite((written) => toE164(written) ?? written)
    .regex(
      TEXT_SENDER,
      "is no sender: a number such as +15005550006, up to 11 letters and digits, a short code, or the SID of a messaging service",
    )
    .optional(),
});

const whatsapp = z.strictObject({
  /** Id of the business phone number that sends; it is not the phone number. */
  senderId: z
    .string()
    .regex(/^\d{5,25}$/, "is not the id of a number, which is digits only")
    .optional(),
});

const accountName = z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, "is not the name of an account");

/** What of it an account has for itself; the rest is the channel's. */
const withAccounts = <Shape extends z.ZodRawShape>(own: z.ZodObject<Shape>) =>
  z.strictObject({ ...own.shape, accounts: z.record(accountName, own).optional() }).optional();

/**
 * Who a tenant says it is, by channel; what is left out is as the account's environment says. `accounts` has what
 * differs through one account, by its name in `<CHANNEL>_PROVIDERS`. Other channels are known by their credentials.
 */
export const TenantIdentity = z.strictObject({
  email: withAccounts(mail),
  sms: withAccounts(text),
  whatsapp: withAccounts(whatsapp),
});

/** Who a message is from; each channel takes what it knows. */
export const SenderIdentity = z.object({ ...mail.shape, senderId: z.string().optional() });
export type SenderIdentity = z.infer<typeof SenderIdentity>;

/** A channel's identity as a delivery carries it: the account is not chosen yet. */
export const DeliveryIdentity = SenderIdentity.extend({
  accounts: z.record(z.string(), SenderIdentity).optional(),
});
export type DeliveryIdentity = z.infer<typeof DeliveryIdentity>;
