import { expect, test } from "vitest";
import { canonicalText, readNotification, readSnsMessage } from "./sns-message.ts";

// The examples of Amazon's documentation, "Verifying the signatures of Amazon SNS messages".
const notification = {
  Type: "Notification",
  MessageId: "4d4dc071-ddbf-465d-bba8-08f81c89da64",
  TopicArn: "arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P",
  Subject: "My subject",
  Message: "My Test Message",
  Timestamp: "2019-01-31T04:37:04.321Z",
  SignatureVersion: "1",
  Signature: "EXAMPLE",
  SigningCertURL: "https://sns.us-east-2.amazonaws.com/SimpleNotificationService-f3ecfb72.pem",
};
const read = (message: object) => readSnsMessage(Buffer.from(JSON.stringify(message)));

test("the signed text is the documented one", () => {
  const message = read(notification);
  expect(message && canonicalText(message)).toBe(`Message
My Test Message
MessageId
4d4dc071-ddbf-465d-bba8-08f81c89da64
Subject
My subject
Timestamp
2019-01-31T04:37:04.321Z
TopicArn
arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P
Type
Notification
`);
});

test("without a subject there is no line for it; a confirmation signs URL and token", () => {
  const { Subject: _, ...plain } = notification;
  const bare = read(plain);
  expect(bare && canonicalText(bare)).not.toContain("Subject");
  const confirmation = read({
    ...plain,
    Type: "SubscriptionConfirmation",
    Token: "233",
    SubscribeURL: "https://sns.us-east-2.amazonaws.com/?Action=ConfirmSubscription",
  });
  expect(
    confirmation &&
      canonicalText(confirmation)
        .split("\n")
        .filter((_line, at) => at % 2 === 0),
  ).toEqual(["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type", ""]);
});

test("what is no message of SNS is none", () => {
  for (const body of ["", "null", "[]", '"x"', "{}", '{"Type":"Notification"}'])
    expect(readSnsMessage(Buffer.from(body)), body).toBeNull();
  expect(read({ ...notification, SignatureVersion: "3" })).toBeNull();
  expect(read({ ...notification, Timestamp: "yesterday" })).toBeNull();
  expect(() => readNotification(Buffer.from("{}"))).toThrow(/SNS/);
  expect(() => readNotification(Buffer.from(JSON.stringify(notification)))).toThrow(/JSON/);
});
