import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sendEvent, untilEnded, watchInboxes } from "@pulsecourier/cli";
import type { NotificationView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform } from "./start-test-platform.ts";

const ROOT = join(import.meta.dirname, "..");
let platform: Awaited<ReturnType<typeof startTestPlatform>>;

beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const viewOf = (id: string) => platform.api.get<NotificationView>(`/v1/notifications/${id}`);
const messageOf = async (deliveryId: string) => {
  const response = await fetch(`${platform.dev.simulator}/__sim/messages?deliveryId=${deliveryId}`);
  const { data }: { data: { to: string[]; subject: string }[] } = JSON.parse(await response.text());
  return data;
};

test("an event reaches the mailbox and the open browser of the right person, once each", async () => {
  const inboxes = await watchInboxes(platform.api, platform.dev.realtime, ["customer-1"]);
  const event = platform.shop.events["order-placed"];
  if (event === undefined) throw new Error("the shop lacks order-placed");
  const ended = await untilEnded(platform.api, await sendEvent(platform.api, event), 2);
  const own = ended.find(({ recipient }) => recipient === "customer-1");
  const view = await viewOf(own?.id ?? "");
  expect(view).toMatchObject({
    status: "sent",
    recipient: "customer-1",
    category: "orders",
    rule: { name: "order-placed" },
  });
  const email = view.deliveries.find(({ channel }) => channel === "email");
  const inapp = view.deliveries.find(({ channel }) => channel === "inapp");
  const messages = await messageOf(email?.id ?? "");
  expect(messages).toEqual([
    expect.objectContaining({ to: ["customer-1@example.com"], subject: "We have your order A-17" }),
  ]);
  expect(await inboxes.title(inapp?.id ?? "")).toBe("Order A-17 received");
  expect(view.timeline?.map(({ type }) => type)).toEqual([
    "notification.routed",
    "delivery.sent",
    "delivery.sent",
    "delivery.sent",
  ]);
  inboxes.close();
});

test("a recipient is written to in their language", async () => {
  const event = platform.shop.events["order-shipped"];
  if (event === undefined) throw new Error("the shop lacks order-shipped");
  const [ended] = await untilEnded(platform.api, await sendEvent(platform.api, event), 1);
  const view = await viewOf(ended?.id ?? "");
  const email = view.deliveries.find(({ channel }) => channel === "email");
  const [message] = await messageOf(email?.id ?? "");
  expect(message?.subject).toBe("Deine Bestellung A-16 ist unterwegs");
});

test("the journey page lists the way in its order: at most eight files and 900 lines", () => {
  const page = readFileSync(join(ROOT, "docs/journey.md"), "utf8");
  const files = [
    ...new Set(
      [...page.matchAll(/^\d+\. .*?`((?:services|packages)\/[^`]+\.ts)`/gm)].map(
        (match) => match[1] ?? "",
      ),
    ),
  ];
  expect(files.length).toBeLessThanOrEqual(8);
  const parts = files.map((file) => file.split("/")[1] ?? "");
  expect([...new Set(parts)]).toEqual(["gateway", "router", "sender", "sender-email", "tracker"]);
  for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true);
  const lines = files.reduce(
    (sum, file) => sum + readFileSync(join(ROOT, file), "utf8").split("\n").length,
    0,
  );
  expect(lines).toBeLessThanOrEqual(900);
});
