import { expect, test } from "vitest";
import { ses } from "./ses.ts";

const mail = {
  messageId: "0100-1",
  timestamp: "2026-11-21T10:00:00.000Z",
  tags: { "ses:configuration-set": ["events"], tenant: ["acme"], notification_id: ["n1"] },
};
const at = "2026-11-21T10:00:05.000Z";

function read(event: object, type = "Notification") {
  const message = {
    Type: type,
    MessageId: "m1",
    TopicArn: "arn:aws:sns:us-east-1:123456789012:events",
    Message: JSON.stringify({ mail, ...event }),
    Timestamp: at,
    SignatureVersion: "2",
    Signature: "",
    SigningCertURL: "",
    Token: "t",
    SubscribeURL: "u",
  };
  const rawBody = Buffer.from(JSON.stringify(message));
  return ses.read({ url: "https://x.example", headers: {}, rawBody, now: 0, toleranceMs: 0 });
}
const bounce = (bounceType: string, more: object = {}) => ({
  eventType: "Bounce",
  bounce: {
    bounceType,
    bounceSubType: "General",
    bouncedRecipients: [{ emailAddress: "a@b.example", diagnosticCode: "smtp; 550" }],
    timestamp: at,
    feedbackId: "f1",
    ...more,
  },
});

test("a bounce for good suppresses, others do not", () => {
  expect(read(bounce("Permanent"))).toEqual([
    {
      eventId: "f1",
      kind: "bounced",
      at: Date.parse(at),
      providerMessageId: "0100-1",
      reference: { tenant: "acme", notificationId: "n1" },
      detail: "smtp; 550",
      suppress: { address: "a@b.example", reason: "hard_bounce" },
    },
  ]);
  for (const type of ["Transient", "Undetermined"])
    expect(read(bounce(type))).toMatchObject([{ kind: "bounced" }]);
  expect(read(bounce("Transient"))[0]).not.toHaveProperty("suppress");
});

test("each of several recipients has a receipt of its own", () => {
  const bouncedRecipients = ["a", "b"].map((name) => ({ emailAddress: `${name}@b.example` }));
  expect(read(bounce("Permanent", { bouncedRecipients })).map(({ eventId }) => eventId)).toEqual([
    "f1",
    "f1:1",
  ]);
});

test("notifications of an identity read as events do; a name no tag can hold comes encoded", () => {
  const { eventType: notificationType, ...rest } = bounce("Permanent");
  const tags = { tenant_base64: ["YWNtZSDDtg"], notification_id: ["n1"] };
  expect(read({ ...rest, notificationType, mail: { ...mail, tags } })).toMatchObject([
    { kind: "bounced", reference: { tenant: "acme ö", notificationId: "n1" } },
  ]);
  expect(read({ ...bounce("Permanent"), mail: { ...mail, tags: {} } })).toMatchObject([
    { reference: null },
  ]);
});

test.each([
  ["Delivery", { delivery: { timestamp: at } }, "delivered", undefined],
  ["Open", { open: { timestamp: at } }, "read", undefined],
  ["Click", { click: { timestamp: at } }, "read", undefined],
  ["Reject", { reject: { reason: "Bad content" } }, "bounced", undefined],
  ["Complaint", complaint(null), "complained", "complaint"],
  ["Complaint", complaint("OnAccountSuppressionList"), "bounced", "complaint"],
])("%s %j", (eventType, event, kind, reason) => {
  const [receipt] = read({ eventType, ...event });
  expect(receipt).toMatchObject({ kind });
  expect(receipt && "suppress" in receipt ? receipt.suppress?.reason : undefined).toBe(reason);
});

test.each([
  [{ eventType: "Send", send: {} }],
  [{ eventType: "DeliveryDelay", deliveryDelay: {} }],
  [{ eventType: "Bounce" }],
  [{}],
])("%j says nothing", (event) => {
  expect(read(event)).toEqual([]);
});

test("what SNS says by itself is no receipt", () => {
  expect(read(bounce("Permanent"), "SubscriptionConfirmation")).toEqual([]);
  expect(read(bounce("Permanent"), "UnsubscribeConfirmation")).toEqual([]);
});

function complaint(complaintSubType: string | null) {
  const complainedRecipients = [{ emailAddress: "a@b.example" }];
  return { complaint: { complainedRecipients, complaintSubType, timestamp: at, feedbackId: "f" } };
}
