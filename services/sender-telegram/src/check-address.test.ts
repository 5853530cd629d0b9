import { expect, test } from "vitest";
import { checkAddress } from "./check-address.ts";

test.each(["5550123", "-987654321", "-1001234567890", "@shopnews"])("%s is an address", (address) =>
  expect(checkAddress(address)).toBeNull(),
);

test.each(["", "0", "--1", "12 34", "@x", "shopnews", "+4915112345678", "5550123\n", "1.5"])(
  "%j is none",
  (address) => {
    const refusal = checkAddress(address);
    expect(refusal).toMatchObject({ code: "invalid_address" });
    if (address.length > 1) expect(refusal?.detail).not.toContain(address);
  },
);
