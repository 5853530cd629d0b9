import { SAGA_FORMS, type SagaKind } from "../load/sagas.ts";
import type { Evidence, SentMessage } from "./evidence.ts";

/** What a saga's message came to: which of its deliveries arrived, and what the ledger says of them. */
export type Effect = { channel: string; id: string; arrived: boolean; state: string };

/**
 * Why the effects of a saga that has ended are not what they must be; null when they are. Without a cancel: through
 * every channel it should arrive by, and no other. After an acknowledged one: through none but those that had sent.
 */
export function judgeSaga(
  kind: SagaKind,
  { cancel, kept = [] }: Pick<SentMessage, "cancel" | "kept">,
  effects: readonly Effect[],
): { kind: "lost" | "wrong"; why: string } | null {
  const arrived = effects.filter((one) => one.arrived).map(({ channel }) => channel);
  const through = (channels: readonly string[]) => channels.join(", ");
  if (cancel === "acknowledged") {
    const late = arrived.filter((channel) => !kept.some((one) => one === channel));
    if (late.length === 0) return null;
    return { kind: "wrong", why: `cancelled and sent all the same through ${through(late)}` };
  }
  // What was asked for and not answered may have been done.
  if (cancel === "asked") return null;
  const arrives: readonly string[] = SAGA_FORMS[kind].arrives;
  const missing = effects.filter(
    ({ channel, ...one }) => arrives.includes(channel) && !(one.arrived && one.state === "sent"),
  );
  if (missing.length > 0) {
    const each = missing.map(({ channel, id, state }) => `${channel} ${id} is ${state}`);
    return { kind: "lost", why: each.join(", ") };
  }
  const extra = arrived.filter((channel) => !arrives.includes(channel));
  return extra.length === 0 ? null : { kind: "wrong", why: `also through ${through(extra)}` };
}

/** What is wrong with the sagas themselves. */
export function findBrokenSagas({ sends, sagas }: Evidence): string[] {
  const ids = sends.flatMap(({ saga, expected, cancel }) =>
    // Cancelled before it was routed, it may never have begun.
    saga === undefined || expected === null || cancel !== undefined
      ? []
      : [expected.notificationId],
  );
  const missing = ids.filter((id) => !sagas.of.has(id));
  return [...missing.map((id) => `without a saga: ${id}`), ...sagas.problems];
}
