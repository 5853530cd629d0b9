import type { Channel } from "./channels/index.ts";

/**
 * The form an address has in the suppression list, so that spellings of one address meet: trimmed, in lower case,
 * phone numbers without what people put between digits. Null for channels without addresses of their own.
 */
export function suppressionAddress(channel: Channel, address: string): string | null {
  if (channel === "inapp") return null;
  const trimmed = address.trim();
  return PHONE.test(trimmed) ? trimmed.replace(/[^+\d]/g, "") : trimmed.toLowerCase();
}

const PHONE = /^\+[\d\s()./-]+$/;
