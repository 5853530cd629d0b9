import { toE164 } from "@pulsecourier/contracts";
import type { Refusal } from "./sender-options.ts";

/** A phone number in E.164, as recipients' numbers are kept when they can be read. */
export function checkPhone(address: string): Refusal | null {
  if (toE164(address) === address) return null;
  return {
    code: "invalid_address",
    detail:
      "the phone number is not valid; write it with + and its country code, or set the tenant's default country",
  };
}
