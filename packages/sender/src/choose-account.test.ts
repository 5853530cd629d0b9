import { expect, test } from "vitest";
import { type Account, createAccount } from "./account.ts";
import { chooseAccount, hasAnother } from "./choose-account.ts";

const provider = { send: () => Promise.resolve({ kind: "sent" } as const) };
const account = (name: string, weight?: number) => createAccount(name, provider, { weight });
const seeker = (...tried: Account[]) => ({ tried: new Set(tried), token: null });
const busy = (name: string, weight: number) => {
  const one = createAccount(name, provider, { weight, mostCalls: 1 });
  one.calls.underWay = 1;
  return one;
};
const open = (of: ReturnType<typeof account>) =>
  of.breaker.record(of.breaker.acquire() ?? 0, { kind: "config", detail: "401" });

test("without weights the first account that takes calls, and those passed over with the reason", () => {
  const [first, second, third] = [account("first"), account("second"), account("third")];
  expect(chooseAccount([first, second], seeker()).chosen?.account).toBe(first);
  open(first);
  const { chosen, passedOver } = chooseAccount([first, second], seeker());
  expect(chosen?.account).toBe(second);
  expect(passedOver).toEqual([
    { provider: "first", cause: "breaker_open", reason: "its breaker is open" },
  ]);
  expect(chooseAccount([first, second, third], seeker(second)).chosen?.account).toBe(third);
  expect(hasAnother([first, second], new Set([second]))).toBe(false);
});

test("with weights each comes first in proportion, and the rest take over", () => {
  const accounts = [account("heavy", 70), account("light", 30)];
  const firsts = Array.from(
    { length: 5_000 },
    () => chooseAccount(accounts, seeker()).chosen?.account.name,
  );
  const share = firsts.filter((name) => name === "heavy").length / firsts.length;
  expect(share).toBeGreaterThan(0.66);
  expect(share).toBeLessThan(0.74);
  for (const one of accounts) if (one.name === "heavy") open(one);
  expect(chooseAccount(accounts, seeker()).chosen?.account.name).toBe("light");
});

test("one that has its part of the calls to answer comes after all others", () => {
  const [slow, fast] = [busy("slow", 1_000), account("fast", 1)];
  const chosen = Array.from({ length: 50 }, () => chooseAccount([slow, fast], seeker()));
  expect(new Set(chosen.map((one) => one.chosen?.account))).toEqual(new Set([fast]));
  const passedOver = chosen.flatMap((one) => one.passedOver);
  expect(passedOver.length).toBeGreaterThan(25);
  expect(passedOver[0]).toMatchObject({ provider: "slow", cause: "busy" });
  open(fast);
  expect(chooseAccount([slow, fast], seeker()).chosen?.account).toBe(slow);
  expect(chooseAccount([slow, fast], seeker(slow)).chosen).toBeNull();
});
