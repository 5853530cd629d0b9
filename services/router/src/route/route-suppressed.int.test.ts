import { insertSuppressions } from "@pulsecourier/db";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adhoc, NOW, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => {
  router = await testRouter(await testDatabase());
});
afterAll(() => router.close());

describe("an address on the suppression list", () => {
  const suppress = (tenant: string, address: string) =>
    insertSuppressions(router.db, [
      { tenant, channel: "email", address, reason: "hard_bounce", provider: "p", at: NOW },
    ]);

  test("is left out, however it is written and whoever names it, in its tenant alone", async () => {
    await suppress("acme", "gone@example.com");
    await suppress("other", "fine@example.com");
    await router.putRecipient("moved", { email: "gone@example.com" });
    await router.putRecipient("gone", { email: " Gone@Example.com " });
    const content = { subject: "Hi", text: "Hi", title: "Hi" };
    const to = [
      "gone",
      { email: "GONE@example.com" },
      { email: "fine@example.com" },
      { id: "moved", email: "new@example.com" },
    ];
    const { deliveries, facts } = await router.run(
      adhoc("s1", { to, content, channels: ["email"] }),
      adhoc("s2", { to: ["gone"], content, channels: ["email", "inapp"] }),
    );
    expect(deliveries.map(({ address }) => address)).toEqual([
      "fine@example.com",
      "new@example.com",
      "gone",
    ]);
    expect(facts.map(({ type }) => type)).toEqual([
      "notification.suppressed",
      "notification.suppressed",
      "notification.routed",
      "notification.routed",
      "notification.routed",
    ]);
    expect(facts[0]).toMatchObject({ error: { code: "suppressed" } });
    expect(facts[4]).toMatchObject({
      skipped: [{ channel: "email", error: { code: "suppressed" } }],
    });
    expect(JSON.stringify(facts)).not.toMatch(/gone@/i);
  });

  test("is found where it stands alone, in the directory or in the request", async () => {
    await suppress("acme", "left@example.com");
    await router.putRecipient("left", { email: "left@example.com" });
    const content = { subject: "Hi", text: "Hi" };
    for (const [id, to] of Object.entries({ s3: "left", s4: { email: "left@example.com" } })) {
      const request = adhoc(id, { to: [to], content, channels: ["email"] });
      const { deliveries, facts } = await router.run(request);
      expect(deliveries).toEqual([]);
      expect(facts).toMatchObject([{ type: "notification.suppressed" }]);
    }
  });
});
