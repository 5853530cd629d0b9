import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";

/**
 * A phone number as E.164, such as +4915112345678, whatever spaces and punctuation it is written with; null when it
 * cannot be one. Without a leading + it is read as one of `country` (ISO 3166, such as DE), its foreign exchange prefix
 * included. The length is what is checked: which ranges are in use changes too often to refuse by, and the provider
 * knows.
 */
export function toE164(phone: string, country?: string): string | null {
  const parsed = parsePhoneNumberFromString(phone.trim(), {
    extract: false,
    ...(isCountry(country) && { defaultCountry: country }),
  });
  return parsed?.isPossible() === true && parsed.ext === undefined ? parsed.number : null;
}

/** True for the code of a country whose phone numbers are known. */
export function isCountry(code: string | undefined): code is CountryCode {
  return code !== undefined && isSupportedCountry(code);
}
