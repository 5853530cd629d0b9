import { describe, expect, test } from "vitest";
import { decideClaim } from "./decide-claim.ts";
import type { LedgerRow, LedgerState } from "./ledger-store.ts";

const now = 1_000_000;
const us = { owner: "us", now };

function row(state: LedgerState, fields: Partial<LedgerRow> = {}): LedgerRow {
  return {
    id: "d",
    state,
    redrive: 0,
    attempt: 2,
    owner: null,
    leaseUntil: 0,
    nextAt: 0,
    provider: null,
    providerMessageId: null,
    errorCode: "provider_unavailable",
    devices: null,
    possibleDuplicates: 0,
    updatedAt: now,
    now,
    ...fields,
  };
}
const ask = (
  redrive: number,
  attempt: number,
  onUnknown: "at_least_once" | "at_most_once" = "at_least_once",
) => ({
  redrive,
  attempt,
  onUnknown,
});

describe("a delivery that has ended", () => {
  test.each(["sent", "cancelled", "expired"] as const)(
    "%s refuses every attempt and redrive",
    (state) => {
      expect(decideClaim(row(state), ask(0, 2), us)).toBe("reemit");
      expect(decideClaim(row(state), ask(0, 9), us)).toBe("reemit");
      expect(decideClaim(row(state), ask(3, 1), us)).toBe("reemit");
    },
  );
  test("failed is claimed by a higher redrive only", () => {
    expect(decideClaim(row("failed"), ask(0, 2), us)).toBe("reemit");
    expect(decideClaim(row("failed"), ask(0, 3), us)).toBe("reemit");
    expect(decideClaim(row("failed"), ask(1, 1), us)).toBe("claim");
    expect(decideClaim(row("failed", { redrive: 2 }), ask(1, 9), us)).toBe("reemit");
  });
});

describe("a delivery between attempts", () => {
  test("retry: the same attempt says the same again, the next is claimed, an older one is superseded", () => {
    expect(decideClaim(row("retry"), ask(0, 2), us)).toBe("reemit");
    expect(decideClaim(row("retry"), ask(0, 3), us)).toBe("claim");
    expect(decideClaim(row("retry"), ask(0, 1), us)).toBe("superseded");
    expect(decideClaim(row("retry"), ask(1, 1), us)).toBe("claim");
    expect(decideClaim(row("retry", { redrive: 1, attempt: 1 }), ask(0, 6), us)).toBe("superseded");
  });
  test("waiting spent no attempt: the same one is claimed", () => {
    expect(decideClaim(row("waiting"), ask(0, 2), us)).toBe("claim");
    expect(decideClaim(row("waiting"), ask(0, 1), us)).toBe("superseded");
  });
});

describe("a delivery in a call", () => {
  const live = { owner: "them", leaseUntil: now + 1 };
  const over = { owner: "them", leaseUntil: now };
  test("our own live call is joined, another's is waited for", () => {
    expect(decideClaim(row("calling", { ...live, owner: "us" }), ask(0, 2), us)).toBe("join");
    expect(decideClaim(row("calling", live), ask(0, 2), us)).toBe("park");
    expect(decideClaim(row("calling", live), ask(0, 3), us)).toBe("park");
  });
  test("a later attempt under way supersedes", () => {
    expect(decideClaim(row("calling", live), ask(0, 1), us)).toBe("superseded");
    expect(decideClaim(row("calling", over), ask(0, 1), us)).toBe("superseded");
  });
  test("a call nobody finished follows the category's policy", () => {
    expect(decideClaim(row("calling", over), ask(0, 2), us)).toBe("take_over");
    expect(decideClaim(row("calling", over), ask(0, 2, "at_most_once"), us)).toBe("give_up");
    expect(decideClaim(row("calling", { ...over, owner: "us" }), ask(0, 2), us)).toBe("take_over");
  });
});
