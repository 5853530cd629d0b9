import { expect, test } from "vitest";
import { whatsapp } from "./whatsapp.ts";

const request = (body: string, signature?: string) => ({
  url: "https://x.example",
  headers: signature === undefined ? {} : { "x-hub-signature-256": signature },
  rawBody: Buffer.from(body),
  now: 1_000,
  toleranceMs: 0,
});

test("a documented example of the signature verifies, and nothing else does", async () => {
  // "Validating webhook deliveries" of GitHub's documentation, whose header is of the same form.
  const key = "It's a Secret to Everybody";
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const verify = whatsapp.open({ WHATSAPP_WEBHOOK_APP_SECRET: key })?.verify;
  expect(await verify?.(request("Hello, World!", signature))).toBe(true);
  expect(await verify?.(request("Hello, World", signature))).toBe(false);
  expect(await verify?.(request("Hello, World!", signature.toUpperCase()))).toBe(false);
  expect(await verify?.(request("Hello, World!", "sha256="))).toBe(false);
  expect(await verify?.(request("Hello, World!"))).toBe(false);
  expect(whatsapp.open({ WHATSAPP_WEBHOOK_VERIFY_TOKEN: "t" })).toBeNull();
});

test("Meta's check is answered to who knows the token", () => {
  const answer = (query: object, token?: string) =>
    whatsapp
      .open({ WHATSAPP_WEBHOOK_APP_SECRET: "s", WHATSAPP_WEBHOOK_VERIFY_TOKEN: token })
      ?.answerCheck?.(new URLSearchParams(Object.entries(query)));
  const check = { "hub.mode": "subscribe", "hub.verify_token": "t", "hub.challenge": "1158201444" };
  expect(answer(check, "t")).toBe("1158201444");
  expect(answer(check, "u")).toBeNull();
  expect(answer(check)).toBeNull();
  expect(answer({ ...check, "hub.verify_token": "" }, "t")).toBeNull();
  expect(answer({ ...check, "hub.mode": "unsubscribe" }, "t")).toBeNull();
  expect(answer({ ...check, "hub.challenge": "<script>" }, "t")).toBeNull();
});

const read = (value: object) =>
  whatsapp.read(
    request(JSON.stringify({ entry: [{ id: "1", changes: [{ field: "messages", value }] }] })),
  );
const status = (more: object) => ({
  id: "wamid.1=",
  timestamp: "1750000000",
  recipient_id: "4915112345678",
  biz_opaque_callback_data: "delivery_id=d1&notification_id=n1&tenant=acme",
  ...more,
});

test("statuses become receipts; those on the way and what is strange are left out", () => {
  const statuses = ["sent", "delivered", "read", "deleted"].map((one) => status({ status: one }));
  expect(read({ statuses: [null, {}, ...statuses] })).toMatchObject([
    {
      eventId: "wamid.1=:delivered",
      kind: "delivered",
      at: 1_750_000_000_000,
      reference: { tenant: "acme", notificationId: "n1" },
      providerMessageId: "wamid.1=",
    },
    { kind: "read" },
  ]);
  const [foreign] = read({
    statuses: [status({ status: "read", biz_opaque_callback_data: undefined })],
  });
  expect(foreign).toMatchObject({ reference: null });
});

test.each([
  [131026, { reason: "recipient_gone", until: 1_000 + 30 * 86_400_000 }],
  [131050, { reason: "unsubscribe" }],
  [131049, undefined],
])("a message that failed with %d", (code, suppress) => {
  const failed = status({ status: "failed", errors: [{ code, title: "no" }] });
  const [receipt] = read({ statuses: [failed] });
  expect(receipt).toMatchObject({ kind: "bounced", detail: `WhatsApp error ${code}: no` });
  expect(receipt && "suppress" in receipt ? receipt.suppress : undefined).toEqual(
    suppress && { address: "+4915112345678", ...suppress },
  );
});

test("what recipients write is read for its wish", () => {
  const message = (more: object) => ({ from: "4915112345678", timestamp: "1750000000", ...more });
  const messages = [
    message({ id: "w1", type: "text", text: { body: "Stop" } }),
    message({ id: "w2", type: "image", image: { id: "1" } }),
    { id: "w3" },
  ];
  expect(read({ messages })).toEqual([
    {
      kind: "inbound",
      eventId: "w1",
      at: 1_750_000_000_000,
      from: "+4915112345678",
      wish: "stop",
    },
    expect.objectContaining({ eventId: "w2", wish: null }),
  ]);
});
