import { createMetrics } from "@pulsecourier/observability";
import { expect, test } from "vitest";
import { createAccount, createAccounts } from "./account.ts";
import { watchAccounts } from "./watch-accounts.ts";

const transient = { kind: "transient", detail: "503" } as const;
const provider = { send: () => Promise.resolve(transient) };

test("tells which account is closed and which is open", async () => {
  const [smtp, sendgrid] = [createAccount("smtp", provider), createAccount("sendgrid", provider)];
  const metrics = createMetrics("sender-email");
  watchAccounts(createAccounts([smtp, sendgrid], [smtp]), "email", metrics);
  const states = async () =>
    [...(await metrics.registry.metrics()).matchAll(/^pulse_breaker_state\{(.*)\} (\d)$/gm)].map(
      ([, labels, state]) => [labels?.replaceAll(/(channel|service)="[^"]*",?/g, ""), state],
    );
  for (let failures = 0; failures < 10; failures += 1) sendgrid.breaker.record(1, transient);
  expect(await states()).toEqual([
    ['provider="smtp",accounts="live",', "0"],
    ['provider="sendgrid",accounts="live",', "2"],
    ['provider="smtp",accounts="sandbox",', "0"],
  ]);
});
