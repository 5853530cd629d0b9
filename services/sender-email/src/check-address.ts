import type { Refusal } from "@pulsecourier/sender";

// RFC 5321 §4.5.3.1: at most 64 octets before the @ and 254 in all; quoted local parts are not taken.
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
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
  return isAddress(address)
    ? null
    : { code: "invalid_address", detail: "the address is not a valid email address" };
}

function isAddress(address: string): boolean {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const labels = address.slice(at + 1).split(".");
  return (
    at > 0 &&
    address.length <= MAX_ADDRESS &&
    local.length <= MAX_LOCAL &&
    LOCAL.test(local) &&
    labels.length <= 127 &&
    labels.every((label) => LABEL.test(label))
  );
}
