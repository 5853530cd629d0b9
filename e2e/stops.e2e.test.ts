import type { NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { mailsTo, send, sendAndEnd, untilEnd } from "./until-end.ts";

let platform: TestPlatform;
let standing: string[] = [];
beforeAll(async () => {
  platform = await startTestPlatform();
}, 60_000);
afterEach(lift);
afterAll(() => platform.close());

/** Stops, and waits until the channel's sender obeys. */
async function stop(target: {
  channel: string;
  account?: string;
  tenant?: string;
}): Promise<string> {
  const { id } = await platform.api.post<{ id: string }>("/v1/stops", {
    ...target,
    reason: "an incident",
  });
  standing.push(id);
  const sender = platform.dev.services[`sender-${target.channel}`];
  await eventually(async () =>
    /an incident/.test(await (await fetch(`${sender}/readyz?verbose`)).text()),
  );
  return id;
}

async function lift(): Promise<void> {
  for (const id of standing) await platform.api.delete(`/v1/stops/${id}`);
  standing = [];
}

const addresses = (name: string) =>
  Array.from({ length: 20 }, (_, at) => `${name}-${at}@example.com`);
const mail = (name: string) => ({
  to: addresses(name).map((email) => ({ email })),
  content: { subject: "Hello", text: "Hello" },
  channels: ["email"],
});
const timelineOf = (view: NotificationView) => (view.timeline ?? []).map(({ type }) => type);
const held = (ids: string[]) =>
  Promise.all(
    ids.map((id) =>
      eventually(async () => {
        const view = await platform.api.get<NotificationView>(`/v1/notifications/${id}`);
        return timelineOf(view).includes("delivery.waiting") ? view : null;
      }),
    ),
  );
/** How many mails each of the addresses has got. */
const mailsOf = (name: string) =>
  Promise.all(addresses(name).map((address) => mailsTo(platform.dev.simulator, address)));
const each = (count: number) => Array.from({ length: 20 }, () => count);

test("a stopped channel calls nobody; when it is lifted all arrives once, with its first attempt", async () => {
  const id = await stop({ channel: "email" });
  const ids = await send(platform.api, { ...mail("later"), lane: "critical" });
  const [view] = await held(ids);
  expect(view?.timeline?.at(-1)).toMatchObject({
    reason: "channel email is stopped: an incident",
    stops: [id],
  });
  expect(view?.deliveries[0]).toMatchObject({ status: "waiting" });
  // Another channel goes on.
  const [text] = await sendAndEnd(platform.api, {
    to: { phone: "+4915112345678" },
    content: { text: "Hello" },
    channels: ["sms"],
  });
  expect(text?.status).toBe("sent");
  expect(await mailsOf("later")).toEqual(each(0));
  await lift();
  const liftedAt = performance.now();
  const views = await Promise.all(ids.map((one) => untilEnd(platform.api, one)));
  console.info(`let go within ${Math.round(performance.now() - liftedAt)} ms`);
  for (const one of views) {
    expect(one.status).toBe("sent");
    expect(one.deliveries[0]?.attempts).toBe(1);
    expect(timelineOf(one)).toEqual(["notification.routed", "delivery.waiting", "delivery.sent"]);
  }
  expect(await mailsOf("later")).toEqual(each(1));
});

test("a stopped tenant on a channel; what expires or is cancelled meanwhile ends", async () => {
  await stop({ channel: "email", tenant: "default" });
  const expiresAt = new Date(Date.now() + 4_000).toISOString();
  const [expiring = ""] = await send(platform.api, { ...mail("expiring"), expiresAt });
  const [cancelled = ""] = await send(platform.api, mail("cancelled"));
  await held([expiring, cancelled]);
  await platform.api.post(`/v1/notifications/${cancelled}/cancel`);
  expect((await untilEnd(platform.api, cancelled)).status).toBe("cancelled");
  expect((await untilEnd(platform.api, expiring)).status).toBe("expired");
  expect(await mailsOf("expiring")).toEqual(each(0));
});
