import type { Refusal } from "@pulsecourier/sender";

/** An absolute URL over HTTP. Whether it may be called is decided when it is. */
export function checkAddress(address: string): Refusal | null {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol)
    ? null
    : { code: "invalid_address", detail: "the address is not an https URL" };
}
