import { isMailAddress } from "@pulsecourier/contracts";
import type { Refusal } from "@pulsecourier/sender";

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** One bare address such as `ada@example.com`; no display name, no list, nothing that could end a header. */
export function checkAddress(address: string): Refusal | null {
  if (CONTROL.test(address)) {
    return {
      code: "header_injection",
      detail: "the address holds a line break or control character",
    };
  }
  return isMailAddress(address)
    ? null
    : { code: "invalid_address", detail: "the address is not a valid email address" };
}
