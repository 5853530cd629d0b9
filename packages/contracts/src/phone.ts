import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";

/**
 * A phone number as E.164, such as +4915112345678, whatever spaces and punctuation it is written with; null when it
 * cannot be one. Without a leading + it is read as one of `country`. The length is what is checked: which ranges are in
 * use changes too often to refuse by, and the provider knows.
 */
export function toE164(phone: string, country?: CountryCode): string | null {
  const parsed = parsePhoneNumberFromString(phone.trim(), {
    extract: false,
    ...(country !== undefined && { defaultCountry: country }),
  });
  return parsed?.isPossible() === true && parsed.ext === undefined ? parsed.number : null;
}
