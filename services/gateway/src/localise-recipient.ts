import {
  type InlineRecipient,
  NATIONAL_PHONE_HINT,
  nationalPhones,
  type Problem,
  PulseError,
  withCountry,
} from "@pulsecourier/contracts";

/**
 * The recipient with national phone numbers read as the tenant's country's. Rejects with `invalid_request` when the tenant
 * has no country and one is needed; `at` is where in the body the recipient stands.
 */
export function localiseRecipient<Of extends InlineRecipient>(
  recipient: Of,
  country: string | undefined,
  at: string,
): Of {
  if (country !== undefined) return withCountry(recipient, country);
  const problems = nationalPhones(recipient).map((field): Problem => ({
    pointer: `${at}/${field}`,
    detail: NATIONAL_PHONE_HINT,
  }));
  if (problems.length > 0) throw new PulseError("invalid_request", undefined, { problems });
  return recipient;
}
