import type { Refusal } from "@pulsecourier/sender";

/** Slack's id of a channel (C, G), a direct message (D) or a user (U, W); names change, so they are no address. */
export function checkAddress(address: string): Refusal | null {
  if (/^[CDGUW][A-Z0-9]{6,30}$/.test(address)) return null;
  return {
    code: "invalid_address",
    detail: "the Slack address is not valid; give the id of a channel or user, such as C0123ABCDEF",
  };
}
