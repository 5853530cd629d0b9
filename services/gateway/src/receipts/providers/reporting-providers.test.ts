import { REPORTING_PROVIDERS } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { receiptProviders } from "./index.ts";

test("sagas wait for the reports of exactly those providers whose receipts are taken", () => {
  expect(receiptProviders.map(({ name }) => name)).toEqual(REPORTING_PROVIDERS);
});
