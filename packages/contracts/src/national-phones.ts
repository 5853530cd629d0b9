import { toE164 } from "./phone.ts";
import type { InlineRecipient } from "./schemas/recipient.ts";

/** Fields of a recipient that hold phone numbers. */
const PHONES = ["phone", "whatsapp"] as const;
type PhoneField = (typeof PHONES)[number];

const FEWEST_DIGITS = 7;

/** What to do about a number without its country. */
export const NATIONAL_PHONE_HINT =
  "is a national number; write it with + and its country code, or set `defaultCountry` in PUT /v1/settings";

/** The recipient with its national numbers as E.164 numbers of `country`; what cannot be one stays as it is. */
export function withCountry<Of extends InlineRecipient>(recipient: Of, country?: string): Of {
  if (country === undefined) return recipient;
  let read = recipient;
  for (const field of nationalPhones(recipient)) {
    const number = toE164(recipient[field] ?? "", country);
    if (number !== null) read = { ...read, [field]: number };
  }
  return read;
}

/** The fields whose number lacks its country: digits enough for a phone number, and no +. Others are no numbers at all. */
export function nationalPhones(recipient: InlineRecipient): PhoneField[] {
  return PHONES.filter((field) => isNational(recipient[field] ?? ""));
}

function isNational(phone: string): boolean {
  return /^[\d\s()./-]+$/.test(phone) && phone.replace(/\D/g, "").length >= FEWEST_DIGITS;
}
