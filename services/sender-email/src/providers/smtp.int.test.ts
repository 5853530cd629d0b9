import type { DeliveryRecord } from "@pulsecourier/contracts";
import { createLogger } from "@pulsecourier/observability";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { testProvider } from "@pulsecourier/sender/testing";
import { expect, onTestFinished, test } from "vitest";
import { smtp } from "./smtp.ts";

testProvider({
  provider: smtp,
  start: () => startProvider("smtp"),
  account: ({ smtpUrl }) => ({ SMTP_URL: smtpUrl }),
  message: { address: "ada@example.com", content: { subject: "Hello", html: "<p>Hello</p>" } },
  behaviours: {
    permanent: { rejectRecipients: [{ match: "ada@example.com", code: 553 }] },
    recipient_gone: { next: [{ status: 550, body: "5.1.1 no such user" }] },
    transient: { next: [{ status: 451 }] },
    rate_limited: { next: [{ status: 450, body: "4.7.1 slow down" }] },
    config: { next: [{ status: 535, body: "5.7.8 bad credentials" }] },
  },
});

test("every attempt of a delivery carries the same Message-ID", async () => {
  const simulator = await startProvider("smtp");
  const logger = createLogger({ service: "test", level: "silent" });
  // The provider talks to its server only.
  const deps = { logger, callTimeoutMs: 10_000, concurrency: 1 } as Parameters<typeof smtp.open>[1];
  const account = smtp.open({ SMTP_URL: simulator.smtpUrl }, deps);
  onTestFinished(() => account.close?.());
  const content = { subject: "Hello", html: "<p>Hello</p>" };
  const delivery = { id: "delivery-1" } as DeliveryRecord;
  const message = { address: "ada@example.com", content, headers: {}, attachments: [], delivery };
  for (const attempt of [1, 2]) {
    const signal = AbortSignal.timeout(10_000);
    const context = {
      traceparent: "",
      attempt,
      idempotencyKey: "delivery-1",
      identity: {},
      signal,
      timeoutMs: 10_000,
    };
    expect(await account.send(message, context)).toMatchObject({ kind: "sent" });
  }
  const mails = await simulator.messages("provider=smtp");
  const header = { name: "Message-ID", value: "<delivery-1@pulsecourier.example>" };
  const withId = expect.objectContaining({ headers: expect.arrayContaining([header]) });
  const received = await Promise.all(mails.map(({ id }) => simulator.message(id)));
  expect(received).toEqual([
    expect.objectContaining({ content: withId }),
    expect.objectContaining({ content: withId }),
  ]);
});
