import type { DeadLetterView, NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { mailsTo, sendAndEnd } from "./until-end.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
  const { api } = platform;
  await Promise.all([
    api.put("/v1/recipients/ada", { email: "ada@example.com", attributes: { name: "Ada" } }),
    api.put("/v1/recipients/nameless", { email: "nameless@example.com" }),
    api.put("/v1/recipients/mailless", { phone: "+4915112345678" }),
    api.put("/v1/templates/order", {
      channels: {
        email: { subject: "Order {{order.no}}", text: "Dear {{recipient.attributes.name}}" },
      },
    }),
  ]);
});
afterAll(() => platform.close());

const mail = { channels: ["email"], content: { subject: "Hi", text: "Hello" } };
const order = { channels: ["email"], template: "order" };
const only = ([view]: NotificationView[]) => {
  if (view === undefined) throw new Error("no notification");
  return view;
};
const typesOf = ({ timeline }: NotificationView) => timeline?.map(({ type }) => type);

async function lettersOf(view: NotificationView): Promise<DeadLetterView[]> {
  const list = await platform.api.get<{ data: DeadLetterView[] }>("/v1/dead-letters?limit=100");
  return list.data.filter(({ notificationId }) => notificationId === view.id);
}

/** Ended for good at the first look: no retry, no provider call, a dead letter an operator can find. */
async function expectFailed(view: NotificationView, code: string, says: RegExp): Promise<void> {
  const error = { code, class: "permanent", message: expect.stringMatching(says) };
  expect(view).toMatchObject({ status: "failed", deliveries: [{ status: "failed", error }] });
  expect(view.deliveries[0]?.provider).toBeUndefined();
  expect(typesOf(view)).toEqual(["notification.routed", "delivery.failed"]);
  expect(view.timeline?.at(-1)).toMatchObject({ error });
  const [letter, ...more] =
    (await eventually(async () => {
      const letters = await lettersOf(view);
      return letters.length > 0 && letters;
    })) || [];
  expect(letter).toMatchObject({
    reason: "rejected",
    errorCode: code,
    errorMessage: expect.stringMatching(says),
    tenant: "default",
    channel: "email",
    deliveryId: view.deliveries[0]?.id,
  });
  expect(more).toEqual([]);
}

const BAD_EMAILS = [
  "plain",
  "a@",
  "@b.example",
  "a b@c.example",
  "a@b..example",
  "a@b.example, c@d.example",
  "Ada <ada@b.example>",
  `${"x".repeat(65)}@b.example`,
  "a@-b.example",
  '"a b"@c.example',
  "",
];

test("in a list each invalid email ends alone, at once and for good; all others arrive", async () => {
  const good = BAD_EMAILS.map((_, n) => ({ email: `list-${n}@example.com` }));
  const to = BAD_EMAILS.flatMap((email, n) => [{ email }, good[n] ?? "ada"]);
  const views = await sendAndEnd(platform.api, { ...mail, to });
  const [bad, fine] = [0, 1].map((odd) => views.filter((_, at) => at % 2 === odd));
  expect(fine?.map(({ status }) => status)).toEqual(BAD_EMAILS.map(() => "sent"));
  for (const view of bad ?? []) await expectFailed(view, "invalid_address", /not a valid email/);
  for (const { email } of good) expect(await mailsTo(platform.dev.simulator, email)).toBe(1);
  expect(await mailsTo(platform.dev.simulator, "b.example")).toBe(0);
});

test.each([
  ["CR LF", "a@b.example\r\nBcc: victim@example.com"],
  ["a line feed", "victim@example.com\n"],
  ["NEL", "victim@example.com\u0085Bcc: x@y.example"],
])("%s in an address is header injection and reaches nobody", async (_, email) => {
  const views = await sendAndEnd(platform.api, { ...mail, to: [{ email }, "ada"] });
  await expectFailed(only(views), "header_injection", /line break or control character/);
  expect(views[1]?.status).toBe("sent");
  expect(await mailsTo(platform.dev.simulator, "victim@example.com")).toBe(0);
});

test.each([
  ["a template's value", { ...order, data: { order: { no: "1\r\nBcc: victim@example.com" } } }],
  [
    "a line separator",
    { ...mail, content: { subject: "Hi\u2028Bcc: victim@example.com", text: "x" } },
  ],
])("header injection in the subject by %s fails and reaches nobody", async (_, request) => {
  const view = only(await sendAndEnd(platform.api, { ...request, to: "ada" }));
  await expectFailed(view, "header_injection", /subject.*a line break or control character/);
  expect(await mailsTo(platform.dev.simulator, "victim@example.com")).toBe(0);
});

test.each<[string, unknown, RegExp]>([
  ["known, without an email", "mailless", /no address for this channel/],
  ["nobody knows", "nobody", /No recipient has this id.*PUT it first/],
  ["inline, with a phone only", { phone: "+4915112345678" }, /no address for this channel/],
])("a recipient who is %s: accepted, ends suppressed, and says why", async (_, to, says) => {
  const views = await sendAndEnd(platform.api, { ...mail, to: [to, "ada"] });
  const error = { code: "no_address", class: "permanent", message: expect.stringMatching(says) };
  expect(only(views)).toMatchObject({ status: "suppressed", error, deliveries: [] });
  expect(views[0]?.timeline).toMatchObject([
    { type: "notification.suppressed", skipped: [{ channel: "email", error }] },
  ]);
  expect(views[1]?.status).toBe("sent");
  expect(await lettersOf(only(views))).toEqual([]);
});

test("where one channel has no address the other one is used, and the timeline says so", async () => {
  const request = { ...mail, channels: ["email", "inapp"], to: "mailless" };
  const view = only(await sendAndEnd(platform.api, request));
  expect(view).toMatchObject({ status: "sent", deliveries: [{ channel: "inapp" }] });
  const skipped = [{ channel: "email", error: { code: "no_address" } }];
  expect(view.timeline?.[0]).toMatchObject({ type: "notification.routed", skipped });
});

test("a template that misses a value fails with the path, for those alone who lack it", async () => {
  const request = { ...order, to: ["ada", "nameless"], data: { order: { no: "A-1" } } };
  const [fine, lacking] = await sendAndEnd(platform.api, request);
  expect(fine?.status).toBe("sent");
  if (lacking === undefined) throw new Error("one notification too few");
  await expectFailed(lacking, "template_value_missing", /recipient\.attributes\.name/);
  const none = only(await sendAndEnd(platform.api, { ...order, to: "ada", data: { order: {} } }));
  await expectFailed(none, "template_value_missing", /order\.no/);
});

test("a template without the channel fails and says so", async () => {
  const view = only(await sendAndEnd(platform.api, { ...order, channels: ["inapp"], to: "ada" }));
  expect(view).toMatchObject({ status: "failed", error: { code: "channel_not_in_template" } });
});

test("an address the provider refuses fails without retry, and is found by its provider", async () => {
  await fetch(`${platform.dev.simulator}/__sim/behaviour/sendgrid`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ next: [{ status: 400 }] }),
  });
  const view = only(
    await sendAndEnd(platform.api, { ...mail, to: { email: "refused@example.com" } }),
  );
  expect(view).toMatchObject({
    status: "failed",
    deliveries: [{ provider: "sendgrid", attempts: 1, error: { code: "provider_rejected" } }],
  });
  await eventually(async () => {
    const { data } = await platform.api.get<{ data: DeadLetterView[] }>(
      "/v1/dead-letters?provider=sendgrid",
    );
    expect(data).toMatchObject([{ notificationId: view.id, provider: "sendgrid" }]);
  });
});
