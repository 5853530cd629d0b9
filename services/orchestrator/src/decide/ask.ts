import type { Digest, SagaAnswer } from "@pulsecourier/contracts";
import type { Closing } from "./digest-window.ts";
import type { Draft } from "./draft.ts";

/**
 * What a saga wants of the state it shares with others. `decide` sees no such state: the ask is carried out in the
 * transaction that writes the saga, and its answer comes as an input.
 */
export type Ask =
  /** Room for one more of `key` among at most `limit` in any `spanMs`; `scope`: what the key belongs to. */
  | { kind: "throttle"; scope: string; key: string; limit: number; spanMs: number }
  /** An amount of the tenant's budget, held until the saga ends. */
  | { kind: "reserve"; budget: string; amount: number }
  /** Its item into the digest, opened if it is not open. As told of `Closing`; `leading`: the first is not collected. */
  | ({
      kind: "digest_join";
      digest: string;
      leading: boolean;
      item: Digest["items"][number];
    } & Closing)
  /** Its item out of the digest, if that has not closed. */
  | { kind: "digest_leave"; digest: string }
  /** What the digest holds, of the first `items` as many as have `maxBytes`, if it is time to close it. */
  | { kind: "digest_close"; digest: string; items: number; maxBytes: number };

export type AskOf<Kind extends Ask["kind"]> = Extract<Ask, { kind: Kind }>;
export type AnswerOf<Kind extends SagaAnswer["kind"]> = Extract<SagaAnswer, { kind: Kind }>;

/** The answer to what the present step asks, which this asks once; null while there is none. */
export function answerTo<Kind extends Ask["kind"] & SagaAnswer["kind"]>(
  draft: Draft,
  kind: Kind,
  ask: () => AskOf<Kind>,
): AnswerOf<Kind> | null {
  const { at } = draft.state;
  if (at === null) return null;
  if (!at.asked) draft.emit({ type: "asked", step: at.step, ask: ask() });
  return isOf(at.answer, kind) ? at.answer : null;
}

function isOf<Kind extends SagaAnswer["kind"]>(
  answer: SagaAnswer | null,
  kind: Kind,
): answer is AnswerOf<Kind> {
  return answer?.kind === kind;
}
