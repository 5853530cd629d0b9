import { hash } from "node:crypto";
import { domainToASCII } from "node:url";
import type { Channel } from "./channels/index.ts";

/**
 * The form an address has in the suppression list, so that spellings of one address meet: trimmed, in lower case,
 * phone numbers without what people put between digits, and what is too long for an index (subscriptions of
 * browsers) as its hash. Null for channels without addresses of their own.
 */
export function suppressionAddress(channel: Channel, address: string): string | null {
  if (channel === "inapp") return null;
  const trimmed = address.trim();
  if (trimmed.length > LONGEST) return `sha256:${hash("sha256", trimmed)}`;
  if (PHONE.test(trimmed)) return trimmed.replace(/[^+\d]/g, "");
  const storable = trimmed.replaceAll("\0", "");
  // The path of a URL and a device's token are told apart by their case.
  if (channel === "webhook" || channel === "push") return storable;
  const folded = storable.toLowerCase();
  return channel === "email" ? withAsciiDomain(folded) : folded;
}

/** An international domain as mail servers, and so providers' receipts, write it. */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at);
  return PRINTABLE.test(domain)
    ? address
    : address.slice(0, at) + (domainToASCII(domain) || domain);
}

const LONGEST = 512;
const PRINTABLE = /^[ -~]*$/;
const PHONE = /^\+[\d\s()./-]+$/;
