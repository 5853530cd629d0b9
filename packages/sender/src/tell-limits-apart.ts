import type { ProviderAccount } from "./provider.ts";

/** At most `calls` within `ms`. */
export type CallLimit = { calls: number; ms: number };

/** What a provider says it takes, as far as it says. */
export type KnownLimits = {
  /** Of one chat; those of groups may differ. */
  ofChat: (address: string) => readonly CallLimit[];
  /** Of the whole account. */
  ofAccount?: CallLimit;
};

/** Chats whose calls are remembered; the longest unused are forgotten. */
const MOST_CHATS = 4_096;
/** So many chats refused in a row, none of them called too often by us, are the account's limit. */
const CHATS_IN_A_ROW = 3;

/**
 * An account of a provider that limits each chat and the whole account and answers 429 to both. What it does not tell is
 * told by what was called: a chat that was called oftener than it takes has reached its own limit; an account that was,
 * or that refuses several other chats with none accepted between them, has reached the account's. An outcome that
 * names its scope is left as it is.
 */
export function tellLimitsApart(
  account: ProviderAccount,
  limits: KnownLimits,
  now: () => number = () => performance.now(),
): ProviderAccount {
  const chats = createCallTimes(MOST_CHATS);
  const whole = createCallTimes(1);
  const refused = new Set<string>();
  return {
    ...account,
    async send(message, context) {
      const { address } = message;
      const at = now();
      const chatIsOver = chats.add(address, at, limits.ofChat(address));
      const wholeIsOver = whole.add("", at, limits.ofAccount ? [limits.ofAccount] : []);
      const outcome = await account.send(message, context);
      if (outcome.kind === "sent") refused.clear();
      if (outcome.kind !== "rate_limited" || outcome.scope !== undefined) return outcome;
      if (chatIsOver) return { ...outcome, scope: "recipient" };
      refused.add(address);
      const ofAccount = wholeIsOver || refused.size >= CHATS_IN_A_ROW;
      return { ...outcome, scope: ofAccount ? "account" : "recipient" };
    },
  };
}

/** When each of the last called was called. */
function createCallTimes(most: number) {
  const times = new Map<string, number[]>();
  return {
    /** Notes a call; true when it is more than a limit takes. */
    add(of: string, at: number, limits: readonly CallLimit[]): boolean {
      if (limits.length === 0) return false;
      const longest = Math.max(...limits.map(({ calls }) => calls));
      const before = (times.get(of) ?? []).slice(-longest);
      times.delete(of);
      times.set(of, [...before, at]);
      const [oldest] = times.keys();
      if (times.size > most && oldest !== undefined) times.delete(oldest);
      return limits.some(({ calls, ms }) => {
        const first = before[before.length - calls];
        return first !== undefined && at - first < ms;
      });
    },
  };
}
