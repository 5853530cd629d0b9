import { hasEnded } from "@pulsecourier/contracts";
import type { Evidence, SentMessage } from "./evidence.ts";
import { findBrokenSagas, judgeSaga } from "./judge-saga.ts";

/** Calls of the provider beyond the first, of one delivery. */
export type Duplicate = {
  deliveryId: string;
  extra: number;
  /** Whether the platform itself counts it as possible. */
  counted: boolean;
};

export type Verdict = {
  /** Messages by what their sender knows. */
  ok: number;
  refused: number;
  unknown: number;
  /** Accepted, and no effect; each with the reason. */
  lost: string[];
  /** Accepted, and not ended yet. */
  open: string[];
  /** Ended otherwise than by being sent, with a dead letter. */
  failed: string[];
  duplicates: Duplicate[];
  /** Everything that must not be, the lists above included as far as they are not allowed. */
  problems: string[];
};

export type Allowance = {
  /** Most extra calls that the fault explains. */
  duplicates: number;
  /** Whether messages may end otherwise than by being sent, with a dead letter; false when left out. */
  failures?: boolean;
};

/**
 * Judges what is known after heal and drain: every accepted message has ended, none is lost, none was sent twice but
 * where a crash hit its call, none was sent that nobody accepted, and nothing is left over. Pure.
 */
export function check(evidence: Evidence, allowed: Allowance): Verdict {
  const of = (result: string) => evidence.sends.filter((send) => send.result === result);
  const judged = of("ok").map((send) => judgeAccepted(send, evidence));
  const listed = (kind: Judgement["kind"]) =>
    judged.flatMap((one) => (one.kind === kind && "why" in one ? [one.why] : []));
  const duplicates = findDuplicates(evidence);
  const [lost, open, failed] = [listed("lost"), listed("open"), listed("failed")];
  return {
    ok: judged.length,
    refused: of("failed").length,
    unknown: of("unknown").length,
    lost,
    open,
    failed,
    duplicates,
    problems: [
      ...lost.map((why) => `lost: ${why}`),
      ...open.map((why) => `not ended: ${why}`),
      ...(allowed.failures ? [] : failed.map((why) => `failed: ${why}`)),
      ...listed("wrong"),
      ...of("unknown").flatMap((send) => judgeUnknown(send, evidence)),
      ...of("failed").flatMap((send) => judgeRefused(send, evidence)),
      ...judgeDuplicates(duplicates, allowed),
      ...findPhantoms(evidence),
      ...findBrokenSagas(evidence),
      ...Object.entries(evidence.backlog)
        .filter(([, count]) => count > 0)
        .map(([what, count]) => `left over: ${count} of ${what}`),
    ],
  };
}

type Judgement = { kind: "fine" } | { kind: "lost" | "open" | "failed" | "wrong"; why: string };

function judgeAccepted(send: SentMessage, evidence: Evidence): Judgement {
  const { recipient, expected, cancel } = send;
  if (expected === null) return { kind: "lost", why: `${recipient}: its event was never decided` };
  const seen = evidence.notifications.get(recipient) ?? [];
  const about = `${recipient} (${expected.notificationId})`;
  const other = seen.find(({ id }) => id !== expected.notificationId);
  if (other !== undefined) return { kind: "wrong", why: `twice: ${about} is also ${other.id}` };
  const [notification] = seen;
  if (notification === undefined) return { kind: "lost", why: `${about}: no notification` };
  const { status } = notification;
  if (!hasEnded(status)) return { kind: "open", why: `${about} is ${status}` };
  const effects = Object.entries(expected.deliveries).map(([channel, id]) => ({
    channel,
    id,
    arrived: channel === "email" ? evidence.provider.has(id) : evidence.inbox.has(id),
    state: evidence.ledger.get(id)?.state ?? "missing in the ledger",
  }));
  if (send.saga !== undefined) {
    const wrong = judgeSaga(send.saga, send, effects);
    return wrong === null ? { kind: "fine" } : { ...wrong, why: `${about}: ${wrong.why}` };
  }
  if (status === "cancelled" && cancel !== undefined)
    return judgeCancelled(
      about,
      effects.filter(({ arrived }) => arrived),
    );
  if (cancel === "acknowledged")
    return { kind: "wrong", why: `cancelled and still ${status}: ${about}` };
  for (const { channel, id, arrived, state } of effects) {
    if (state === "sent" && arrived) continue;
    // The cancel came when another channel's had left.
    if (state === "cancelled" && !arrived && cancel === "asked") continue;
    const why = `${about}: ${channel} ${id} is ${state}`;
    const isSetAside = [id, expected.notificationId].some((one) => evidence.deadLetters.has(one));
    if (state === "sent" || !isSetAside) return { kind: "lost", why };
    return { kind: "failed", why };
  }
  const isEnd = isSent(status) || (status === "partial" && cancel === "asked");
  return isEnd ? { kind: "fine" } : { kind: "wrong", why: `${about} says ${status}` };
}

const isSent = (status: string) => ["sent", "delivered", "read"].includes(status);

function judgeCancelled(about: string, arrived: readonly { channel: string }[]): Judgement {
  if (arrived.length === 0) return { kind: "fine" };
  const through = arrived.map(({ channel }) => channel).join(", ");
  return { kind: "wrong", why: `cancelled and sent all the same: ${about} through ${through}` };
}

/** Nobody was told that it was accepted; if it was, it is once and has ended. */
function judgeUnknown({ recipient }: SentMessage, { notifications }: Evidence): string[] {
  const seen = notifications.get(recipient) ?? [];
  const open = seen.filter(({ status }) => !hasEnded(status));
  return [
    ...(seen.length > 1 ? [`twice: ${recipient} is ${seen.map(({ id }) => id).join(", ")}`] : []),
    ...open.map(({ id, status }) => `not ended: ${recipient} (${id}) is ${status}`),
  ];
}

function judgeRefused({ recipient, detail }: SentMessage, { notifications }: Evidence): string[] {
  const seen = notifications.get(recipient) ?? [];
  // The load holds nothing that should be refused.
  const refused = `refused: ${recipient}: ${detail ?? "without a reason"}`;
  return [refused, ...seen.map(({ id }) => `refused and carried out: ${recipient} (${id})`)];
}

function findDuplicates({ provider, ledger }: Evidence): Duplicate[] {
  return [...provider]
    .filter(([, times]) => times > 1)
    .map(([deliveryId, times]) => ({
      deliveryId,
      extra: times - 1,
      counted: (ledger.get(deliveryId)?.possibleDuplicates ?? 0) >= times - 1,
    }));
}

function judgeDuplicates(duplicates: readonly Duplicate[], allowed: Allowance): string[] {
  const extra = duplicates.reduce((sum, one) => sum + one.extra, 0);
  const uncounted = duplicates.filter(({ counted }) => !counted);
  return [
    ...uncounted.map((one) => `sent twice and not counted: ${one.deliveryId} (${one.extra} extra)`),
    ...(extra > allowed.duplicates
      ? [`${extra} extra calls, ${allowed.duplicates} are explained: ${listIds(duplicates)}`]
      : []),
  ];
}

const listIds = (duplicates: readonly Duplicate[]) =>
  duplicates.map(({ deliveryId }) => deliveryId).join(", ");

/** Effects nobody asked for. What is unknown to its sender is known by what clients see. */
function findPhantoms({ sends, provider, inbox, notifications }: Evidence): string[] {
  const known = new Set(sends.flatMap(({ expected }) => Object.values(expected?.deliveries ?? {})));
  const recipients = new Set(sends.map(({ recipient }) => recipient));
  return [
    ...[...provider.keys()]
      .filter((id) => !known.has(id))
      .map((id) => `phantom: the provider has ${id}, which nobody sent`),
    ...[...inbox]
      .filter((id) => !known.has(id))
      .map((id) => `phantom: an inbox has ${id}, which nobody sent`),
    ...[...notifications.keys()]
      .filter((recipient) => !recipients.has(recipient))
      .map((recipient) => `phantom: ${recipient} has a notification nobody sent`),
  ];
}
