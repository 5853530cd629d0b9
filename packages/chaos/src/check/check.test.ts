import { expect, test } from "vitest";
import { check } from "./check.ts";
import type { Evidence, SentMessage } from "./evidence.ts";

const NONE = { duplicates: 0 };

const accepted = (name: string, change: Partial<SentMessage> = {}): SentMessage => ({
  recipient: name,
  channels: ["email", "inapp"],
  result: "ok",
  notificationId: `${name}-id`,
  expected: {
    notificationId: `${name}-id`,
    deliveries: { email: `${name}-mail`, inapp: `${name}-item` },
  },
  ...change,
});

/** Two messages, both accepted, sent, received and said to be. */
const whole: Evidence = {
  sends: [accepted("ada"), accepted("bob")],
  notifications: new Map([
    ["ada", [{ id: "ada-id", status: "sent" }]],
    ["bob", [{ id: "bob-id", status: "read" }]],
  ]),
  ledger: new Map(
    ["ada-mail", "ada-item", "bob-mail", "bob-item"].map((id) => [
      id,
      { state: "sent", possibleDuplicates: 0 },
    ]),
  ),
  provider: new Map([
    ["ada-mail", 1],
    ["bob-mail", 1],
  ]),
  inbox: new Set(["ada-item", "bob-item"]),
  deadLetters: new Set(),
  sagas: { of: new Set(), problems: [] },
  backlog: { "lag of router": 0, outbox: 0, timers: 0 },
};

const ledgerWith = (id: string, state: string, possibleDuplicates = 0) =>
  new Map([...whole.ledger, [id, { state, possibleDuplicates }]]);
const seenAs = (status: "accepted" | "failed" | "cancelled" | "partial") =>
  new Map([
    ...whole.notifications,
    ["ada", [{ id: "ada-id", status }]],
  ]) as Evidence["notifications"];

test("what was accepted, sent, received and said to be is green", () => {
  expect(check(whole, NONE)).toEqual({
    ok: 2,
    refused: 0,
    unknown: 0,
    lost: [],
    open: [],
    failed: [],
    duplicates: [],
    problems: [],
  });
});

const red: [string, Partial<Evidence>, RegExp][] = [
  ["accepted, and nothing is known of it", { notifications: new Map() }, /lost: ada .*no notif/],
  [
    "an event that was never decided",
    { sends: [accepted("ada", { expected: null }), accepted("bob")] },
    /lost: ada: its event was never decided/,
  ],
  [
    "said to be sent, and the provider never saw it",
    { provider: new Map([["bob-mail", 1]]) },
    /lost: ada .*email ada-mail is sent/,
  ],
  ["said to be sent, and not in the inbox", { inbox: new Set(["bob-item"]) }, /lost: ada .*inapp/],
  [
    "received, and the ledger forgot it",
    { ledger: new Map() },
    /lost: ada .*missing in the ledger/,
  ],
  ["not ended", { notifications: seenAs("accepted") }, /not ended: ada \(ada-id\) is accepted/],
  [
    "failed, and no dead letter",
    { notifications: seenAs("failed"), ledger: ledgerWith("ada-mail", "failed") },
    /lost: ada .*email ada-mail is failed/,
  ],
  [
    "failed, set aside, and nothing explains it",
    {
      notifications: seenAs("failed"),
      ledger: ledgerWith("ada-mail", "failed"),
      deadLetters: new Set(["ada-mail"]),
    },
    /failed: ada/,
  ],
  [
    "received twice",
    { provider: new Map([...whole.provider, ["ada-mail", 2]]) },
    /sent twice and not counted: ada-mail/,
  ],
  [
    "two notifications of one message",
    {
      notifications: new Map([
        ...whole.notifications,
        [
          "ada",
          [
            { id: "ada-id", status: "sent" },
            { id: "ada-other", status: "sent" },
          ],
        ],
      ]),
    },
    /twice: ada \(ada-id\) is also ada-other/,
  ],
  [
    "received, and nobody sent it",
    { provider: new Map([...whole.provider, ["eve-mail", 1]]) },
    /phantom: the provider has eve-mail/,
  ],
  ["in an inbox, and nobody sent it", { inbox: new Set([...whole.inbox, "eve-item"]) }, /eve-item/],
  [
    "refused, and carried out all the same",
    { sends: [accepted("ada", { result: "failed" }), accepted("bob")] },
    /refused and carried out: ada/,
  ],
  [
    "a cancel acknowledged, and sent all the same",
    { sends: [accepted("ada", { cancel: "acknowledged" }), accepted("bob")] },
    /cancelled and still sent: ada/,
  ],
  [
    "a cancel acknowledged and shown, and received all the same",
    {
      sends: [accepted("ada", { cancel: "acknowledged" }), accepted("bob")],
      notifications: seenAs("cancelled"),
    },
    /cancelled and sent all the same: ada .* email, inapp/,
  ],
  ["a timer left over", { backlog: { ...whole.backlog, timers: 1 } }, /left over: 1 of timers/],
  ["records not read", { backlog: { "lag of router": 3 } }, /left over: 3 of lag of router/],
];

test.each(red)("red: %s", (_, change, problem) => {
  const { problems } = check({ ...whole, ...change }, NONE);
  expect(problems.filter((one) => problem.test(one))).toHaveLength(1);
});

test("a failure with its dead letter is an end where failures are expected", () => {
  const failed = {
    notifications: seenAs("failed"),
    ledger: ledgerWith("ada-mail", "failed"),
    deadLetters: new Set(["ada-mail"]),
  };
  const verdict = check({ ...whole, ...failed }, { duplicates: 0, failures: true });
  expect(verdict).toMatchObject({ problems: [], failed: [expect.stringContaining("ada-mail")] });
});

test("a duplicate is allowed when the platform counts it and a crash explains it, and is listed", () => {
  const doubled = {
    provider: new Map([...whole.provider, ["ada-mail", 2]]),
    ledger: ledgerWith("ada-mail", "sent", 1),
  };
  const listed = [{ deliveryId: "ada-mail", extra: 1, counted: true }];
  expect(check({ ...whole, ...doubled }, { duplicates: 1 })).toMatchObject({
    problems: [],
    duplicates: listed,
  });
  const { problems } = check({ ...whole, ...doubled }, NONE);
  expect(problems).toEqual([expect.stringMatching(/1 extra calls, 0 are explained: ada-mail/)]);
});

test("what is unknown to its sender may have been accepted or not, but once and to its end", () => {
  const unknown = accepted("ada", { result: "unknown" });
  const sends = [unknown, accepted("bob")];
  expect(check({ ...whole, sends }, NONE)).toMatchObject({ ok: 1, unknown: 1, problems: [] });
  const nowhere: Partial<Evidence> = {
    sends: [{ ...unknown, expected: null }, accepted("bob")],
    notifications: new Map([["bob", [{ id: "bob-id", status: "sent" }]]]),
    provider: new Map([["bob-mail", 1]]),
    inbox: new Set(["bob-item"]),
  };
  expect(check({ ...whole, ...nowhere }, NONE).problems).toEqual([]);
  const open = { sends, notifications: seenAs("accepted") };
  expect(check({ ...whole, ...open }, NONE).problems).toEqual([
    expect.stringMatching(/not ended: ada/),
  ]);
});

test("a cancel that was asked for and not answered may have worked, in part too", () => {
  const sends = [accepted("ada", { cancel: "asked" }), accepted("bob")];
  expect(check({ ...whole, sends }, NONE).problems).toEqual([]);
  const inPart = {
    sends,
    notifications: seenAs("partial"),
    ledger: ledgerWith("ada-item", "cancelled"),
    inbox: new Set(["bob-item"]),
  };
  expect(check({ ...whole, ...inPart }, NONE).problems).toEqual([]);
});

const saga = (change: Partial<SentMessage> = {}) => accepted("ada", { saga: "refused", ...change });
const ofSaga = (send: SentMessage, change: Partial<Evidence>): Evidence => ({
  ...whole,
  sends: [send, accepted("bob")],
  ledger: ledgerWith("ada-mail", "failed"),
  provider: new Map([["bob-mail", 1]]),
  sagas: { of: new Set(["ada-id"]), problems: [] },
  ...change,
});

test("a saga arrives through the channels that it should, and no other", () => {
  expect(check(ofSaga(saga(), {}), NONE).problems).toEqual([]);
  const both = ofSaga(saga(), { provider: whole.provider });
  expect(check(both, NONE).problems).toEqual([expect.stringMatching(/also through email/)]);
  const neither = ofSaga(saga(), { inbox: new Set(["bob-item"]) });
  expect(check(neither, NONE).problems).toEqual([expect.stringMatching(/lost: ada .*inapp/)]);
});

test("a saga whose cancel was acknowledged sends nothing more than had been sent", () => {
  const cancelled = saga({ cancel: "acknowledged", kept: ["inapp"] });
  expect(check(ofSaga(cancelled, {}), NONE).problems).toEqual([]);
  const sent = ofSaga({ ...cancelled, kept: [] }, { notifications: seenAs("cancelled") });
  expect(check(sent, NONE).problems).toEqual([
    expect.stringMatching(/cancelled and sent all the same through inapp/),
  ]);
});

test("a saga that is missing or broken is red", () => {
  const missing = ofSaga(saga(), { sagas: { of: new Set(), problems: [] } });
  expect(check(missing, NONE).problems).toEqual(["without a saga: ada-id"]);
  const sagas = { of: new Set(["ada-id"]), problems: ["saga s: a gap"] };
  expect(check(ofSaga(saga(), { sagas }), NONE).problems).toEqual(["saga s: a gap"]);
});
