import { expect, test } from "vitest";
import { readTarget } from "./target.ts";

const allowed = new Set(["http://127.0.0.1:8025"]);

test.each([
  ["https://example.com/hook?a=1", false],
  ["https://8.8.8.8/", false],
  ["https://[2606:4700:4700::1111]/", false],
  ["http://127.0.0.1:8025/hooks/a", true],
])("%s may be called; as it is: %s", (url, asItIs) => {
  expect(readTarget(url, allowed)).toMatchObject({ ok: true, allowed: asItIs });
});

test.each([
  ["a path", "/hook"],
  ["http", "http://example.com/"],
  ["another scheme", "ftp://example.com/"],
  ["a file", "file:///etc/passwd"],
  ["credentials", "https://user:secret@example.com/"],
  ["credentials at an allowed origin", "http://user@127.0.0.1:8025/"],
  ["another port than allowed", "http://127.0.0.1:8026/"],
  ["loopback", "https://127.0.0.1/"],
  ["loopback in hexadecimal", "https://0x7f.1/"],
  ["loopback in octal", "https://0177.0.0.1/"],
  ["loopback as one number", "https://2130706433/"],
  ["loopback in wide digits", "https://①27.0.0.1/"],
  ["loopback, IPv6", "https://[::1]/"],
  ["loopback, mapped", "https://[::ffff:127.0.0.1]/"],
  ["a cloud's metadata", "https://169.254.169.254/latest/meta-data"],
  ["too long", `https://example.com/${"a".repeat(2_048)}`],
])("%s is refused: %s", (_, url) => {
  expect(readTarget(url, allowed)).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/./),
  });
});
