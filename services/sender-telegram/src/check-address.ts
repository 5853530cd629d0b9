import type { Refusal } from "@pulsecourier/sender";

/** The id of a chat, negative for groups, or the @name of a public channel. */
export function checkAddress(address: string): Refusal | null {
  if (/^(-?[1-9]\d{0,18}|@[A-Za-z]\w{3,31})$/.test(address)) return null;
  return {
    code: "invalid_address",
    detail: "the Telegram address is not valid; give the id of a chat or the @name of a channel",
  };
}
