import { expect, test } from "vitest";
import { isPublicAddress } from "./is-public-address.ts";

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "100.128.0.1",
  "2606:4700:4700::1111",
  "2a00:1450:4001:830::200e",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ["unspecified", "0.0.0.0"],
  ["this network", "0.1.2.3"],
  ["private 10/8", "10.1.2.3"],
  ["private 172.16/12", "172.16.0.1"],
  ["private 192.168/16", "192.168.1.1"],
  ["shared, CGNAT", "100.64.0.1"],
  ["shared, the last", "100.127.255.255"],
  ["loopback", "127.0.0.1"],
  ["loopback, another", "127.255.255.254"],
  ["link-local, metadata of clouds", "169.254.169.254"],
  ["protocol assignments", "192.0.0.8"],
  ["documentation", "203.0.113.7"],
  ["benchmarking", "198.18.0.1"],
  ["6to4 relay", "192.88.99.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["IPv6 unspecified", "::"],
  ["IPv6 loopback", "::1"],
  ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
  ["IPv4-mapped public", "::ffff:8.8.8.8"],
  ["IPv4-compatible", "::127.0.0.1"],
  ["NAT64", "64:ff9b::7f00:1"],
  ["NAT64, local", "64:ff9b:1::7f00:1"],
  ["6to4", "2002:7f00:1::"],
  ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ["documentation, IPv6", "2001:db8::1"],
  ["unique-local", "fd00::1"],
  ["link-local, IPv6", "fe80::1"],
  ["link-local with its zone", "fe80::1%lo"],
  ["site-local", "fec0::1"],
  ["multicast, IPv6", "ff02::1"],
  ["discard", "100::1"],
  ["a name", "localhost"],
  ["nothing", ""],
])("%s is not public: %s", (_, address) => {
  expect(isPublicAddress(address)).toBe(false);
});
