import type { Api } from "@pulsecourier/cli";
import { Preferences } from "@pulsecourier/contracts";
import { createDb, travel } from "@pulsecourier/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, takenFor, untilEnd, untilView } from "./until-end.ts";

const phone = "+4915112345671";
let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  ({ api } = platform);
  await api.put("/v1/recipients/ann", { email: "ann@example.com", phone });
}, 60_000);
afterAll(() => platform.close());

/** The time of day in UTC so many hours from now. */
const inHours = (hours: number) =>
  new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
const request = {
  to: "ann",
  content: { subject: "Hi", text: "Hello" },
  channels: ["email", "sms"],
};

test("quiet hours hold a text message and nothing else; it can be cancelled, and goes out when they end", async () => {
  const quietHours = { from: inHours(-1), until: inHours(2), timezone: "UTC" };
  await api.put("/v1/recipients/ann/preferences", { quietHours });
  const [kept = "", dropped = ""] = [
    ...(await send(api, request)),
    ...(await send(api, { ...request, channels: ["sms"] })),
  ];
  const view = await untilView(api, kept, ({ held, deliveries }) => {
    return held !== undefined && deliveries.some(({ status }) => status === "sent");
  });
  expect(view).toMatchObject({ status: "processing", held: { channels: ["sms"] } });
  expect(view.timeline).toContainEqual(
    expect.objectContaining({
      type: "notification.held",
      reason: expect.stringMatching(/^quiet hours from .* in UTC$/),
      decidedOn: expect.objectContaining({
        candidates: ["email", "sms"],
        quietHours: expect.objectContaining(quietHours),
      }),
    }),
  );
  expect(JSON.stringify(view.timeline)).not.toMatch(/ann@example|\+49/);

  await untilView(api, dropped, ({ status }) => status === "scheduled");
  const cancelled = await api.post(`/v1/notifications/${dropped}/cancel`, {});
  expect(cancelled).toMatchObject({ status: "cancelled", cancelled: [{ channel: "sms" }] });

  expect(await takenFor(platform.dev.simulator, phone)).toBe(0);
  const db = createDb({ url: platform.dev.database, max: 1, onError: () => undefined });
  await travel(db, "PT3H");
  await db.close();
  const end = await untilEnd(api, kept);
  expect(end.deliveries.map(({ channel, status }) => `${channel} ${status}`)).toEqual([
    "email sent",
    "sms sent",
  ]);
  expect(end.held).toBeUndefined();
  expect((await untilEnd(api, dropped)).status).toBe("cancelled");
  expect(await takenFor(platform.dev.simulator, phone)).toBe(1);
});

test("a capped category says so, and the page behind the link changes what is sent", async () => {
  await api.put("/v1/categories/news", { cap: { max: 1, per: "P1D" } });
  await api.put("/v1/recipients/bob", { email: "bob@example.com" });
  const news = { ...request, to: "bob", channels: ["email"], category: "news" };
  const first = await untilEnd(api, (await send(api, news))[0] ?? "");
  const second = await untilEnd(api, (await send(api, news))[0] ?? "");
  expect(first.status).toBe("sent");
  expect(second).toMatchObject({ status: "suppressed", error: { code: "frequency_capped" } });

  const { url } = await api.post<{ url: string }>("/v1/recipients/bob/preference-link", {});
  expect((await fetch(url)).status).toBe(200);
  const body = new URLSearchParams([["shown", "orders/email"]]);
  expect((await fetch(url, { method: "POST", body })).status).toBe(200);
  const preferences = Preferences.parse(await api.get("/v1/recipients/bob/preferences"));
  expect(preferences.categories).toEqual({ orders: { email: false } });
  const refused = await untilEnd(api, (await send(api, { ...news, category: "orders" }))[0] ?? "");
  expect(refused).toMatchObject({ status: "suppressed", error: { code: "opted_out" } });
});
