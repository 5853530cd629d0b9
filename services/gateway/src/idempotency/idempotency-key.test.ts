import { expect, test } from "vitest";
import { fingerprintOf, readIdempotencyKey } from "./idempotency-key.ts";

const read = (header?: string) =>
  readIdempotencyKey(header === undefined ? {} : { "idempotency-key": header });

test("a key in quotes and the same one bare are one key", () => {
  expect(read('"order-17"')).toBe("order-17");
  expect(read("order-17")).toBe("order-17");
  expect(read('"a \\"b\\" \\\\ c"')).toBe('a "b" \\ c');
  expect(read()).toBeNull();
});

test("255 characters fit, 256 do not, nor does nothing", () => {
  expect(read("k".repeat(255))).toHaveLength(255);
  expect(read(`"${"k".repeat(255)}"`)).toHaveLength(255);
  for (const bad of ["k".repeat(256), "", '""', '"open', "schlüssel"]) {
    expect(() => read(bad), bad).toThrow("1 to 255");
  }
});

test("a request is told from another by path, body and event attributes", () => {
  const base = {
    method: "post",
    path: "/v1/events",
    headers: { "ce-id": "1" },
    rawBody: Buffer.from("{}"),
  };
  const print = (change: Partial<typeof base>) =>
    fingerprintOf({ ...base, ...change }).toString("hex");
  expect(print({})).toBe(
    fingerprintOf({ ...base, headers: { ...base.headers, "user-agent": "x" } }).toString("hex"),
  );
  const others = [{ path: "/v1/x" }, { rawBody: Buffer.from("[]") }, { headers: { "ce-id": "2" } }];
  expect(new Set([{}, ...others].map(print)).size).toBe(4);
});
