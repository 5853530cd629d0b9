import ipaddr from "ipaddr.js";

const GLOBAL_UNICAST = ipaddr.IPv6.parse("2000::");

/**
 * True for addresses of the public internet. False for everything else: private, loopback, link-local,
 * unique-local, shared (CGNAT), multicast, reserved, and IPv6 addresses that carry an IPv4 one or come from outside
 * the global unicast range 2000::/3 (RFC 4291 §2.4).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_UNICAST, 3);
}
