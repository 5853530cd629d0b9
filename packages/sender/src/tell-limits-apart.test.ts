import { expect, test } from "vitest";
import type { OutgoingMessage, ProviderOutcome, SendContext } from "./provider.ts";
import { tellLimitsApart } from "./tell-limits-apart.ts";

const limited: ProviderOutcome = { kind: "rate_limited", detail: "429", retryAfterMs: 3_000 };
const sent: ProviderOutcome = { kind: "sent" };

function open() {
  let answer: ProviderOutcome = sent;
  let now = 1_000;
  const account = tellLimitsApart(
    { send: () => Promise.resolve(answer) },
    {
      ofChat: (address) =>
        address.startsWith("-")
          ? [
              { calls: 1, ms: 1_000 },
              { calls: 3, ms: 60_000 },
            ]
          : [{ calls: 1, ms: 1_000 }],
      ofAccount: { calls: 5, ms: 1_000 },
    },
    () => now,
  );
  return {
    pass: (ms: number) => (now += ms),
    async send(address: string, outcome: ProviderOutcome) {
      answer = outcome;
      // Only the address is looked at.
      const result = await account.send({ address } as OutgoingMessage, {} as SendContext);
      return "scope" in result ? result.scope : result.kind;
    },
  };
}

test("a chat that was called too often is limited itself, however many there are", async () => {
  const { send } = open();
  for (const chat of ["a", "b"]) await send(chat, sent);
  for (let again = 0; again < 4; again += 1)
    for (const chat of ["a", "b"]) expect(await send(chat, limited)).toBe("recipient");
});

test("a group has a limit by the minute, too", async () => {
  const { send, pass } = open();
  for (let call = 0; call < 3; call += 1) {
    await send("-100", sent);
    pass(2_000);
  }
  for (const other of ["x", "y"]) await send(other, limited);
  expect(await send("-100", limited)).toBe("recipient");
});

test("more calls than the account takes, to chats that were not called before, are its limit", async () => {
  const { send } = open();
  for (const chat of ["a", "b", "c", "d", "e"]) await send(chat, sent);
  expect(await send("f", limited)).toBe("account");
  expect(await send("a", limited)).toBe("recipient");
});

test("chats refused in a row for no reason of theirs are the account's limit, one accepted ends the row", async () => {
  const { send, pass } = open();
  const apart = async (chat: string, outcome: ProviderOutcome) => {
    pass(1_000);
    return send(chat, outcome);
  };
  expect(await apart("a", limited)).toBe("recipient");
  expect(await apart("b", limited)).toBe("recipient");
  expect(await apart("c", sent)).toBe("sent");
  expect(await apart("d", limited)).toBe("recipient");
  expect(await apart("e", limited)).toBe("recipient");
  expect(await apart("f", limited)).toBe("account");
});

test("what the provider tells is not guessed at", async () => {
  const { send } = open();
  await send("a", sent);
  expect(await send("a", { ...limited, scope: "account" })).toBe("account");
});
