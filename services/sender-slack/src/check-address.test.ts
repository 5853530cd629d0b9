import { expect, test } from "vitest";
import { checkAddress } from "./check-address.ts";

test.each(["C0123ABCDEF", "G0123ABCDEF", "D0123ABCDEF", "U024BE7LH", "W024BE7LH"])(
  "%s is an address",
  (address) => expect(checkAddress(address)).toBeNull(),
);

test.each(["", "C", "#general", "@ada", "c0123abcdef", "U024BE7LH\n", "https://hooks.slack.com/x"])(
  "%j is none",
  (address) => {
    const refusal = checkAddress(address);
    expect(refusal).toMatchObject({ code: "invalid_address" });
    if (address.length > 1) expect(refusal?.detail).not.toContain(address);
  },
);
