import {
  type Channel,
  channelDefinition,
  type ErrorCode,
  suppressionAddress,
  type SuppressionReason,
  type Tier,
  type TopicNames,
} from "@pulsecourier/contracts";
import {
  deadLetter,
  HEADER_ATTEMPT,
  HEADER_ERROR_CLASS,
  HEADER_ERROR_CODE,
  HEADER_ERROR_MESSAGE,
  HEADER_FIRST_AT,
  HEADER_NOT_BEFORE,
  HEADER_PROVIDER,
  type OutRecord,
} from "@pulsecourier/kafka";
import type { NewSuppression, NewTimer, SuppressibleAddress } from "@pulsecourier/db";
import type { Facts } from "./facts.ts";
import { heldTimer } from "./hold.ts";
import { leavesDoubt, placeDelay } from "./next-step.ts";
import { HEADER_WAITS, MAX_COUNT } from "./parse-work.ts";
import { stepFacts } from "./step-facts.ts";
import type { Step } from "./step.ts";
import type { Work } from "./work.ts";

/** A step whose ledger row is committed, made now or read back: what is said of it is the same both times. */
export type Settled = {
  work: Work;
  step: Step;
  /** The attempt the row tells of; another one than the work's when the delivery has gone on since. */
  redrive: number;
  attempt: number;
  possibleDuplicates: number;
  /** The row tells of another attempt than the record's: that one's own record brings the rest. */
  factsOnly: boolean;
  /** When the step was taken, ms since 1970. */
  ms: number;
};

/** What has to be written before the records of settled steps are finished. */
export type FollowUps = {
  records: OutRecord[];
  timers: NewTimer[];
  /** Addresses the provider says nobody has, or nobody reads. */
  suppressions: NewSuppression[];
  /** Addresses that were sent to, as far as is known, and may answer. */
  contacts: SuppressibleAddress[];
};

export type FollowUpOptions = {
  facts: Facts;
  names: TopicNames;
  channel: Channel;
  group: string;
  tierDelayMs: (tier: Tier) => number;
  /** How far the platform's clock, by which tiers wait, is ahead of ours. */
  aheadMs: () => number;
};

/** Facts, retries, dead letters and timers that follow from settled steps. */
export function followUps(settled: readonly Settled[], o: FollowUpOptions): FollowUps {
  const all: FollowUps = { records: [], timers: [], suppressions: [], contacts: [] };
  for (const one of settled) addFollowUps(one, o, all);
  return all;
}

function addFollowUps(settled: Settled, o: FollowUpOptions, all: FollowUps): void {
  const { work, step, attempt } = settled;
  const { record } = work.task;
  for (const fact of stepFacts(settled, o.facts)) all.records.push(o.facts.record(fact, record));
  if (settled.factsOnly) return;
  all.suppressions.push(...suppressionsOf(settled));
  if (channelDefinition(o.channel).answerable && mayHaveArrived(step))
    all.contacts.push(...suppressibleOf(work.delivery, work.delivery.address));
  switch (step.kind) {
    case "retry": {
      const { code, class: errorClass, message } = step.error;
      const headers = {
        [HEADER_ATTEMPT]: String(attempt + 1),
        [HEADER_ERROR_CLASS]: errorClass,
        [HEADER_ERROR_CODE]: code,
        [HEADER_ERROR_MESSAGE]: message,
      };
      bringBack(settled, { headers, delayMs: step.delayMs }, o, all);
      return;
    }
    case "wait": {
      const headers = { [HEADER_WAITS]: String(Math.min(work.waits + 1, MAX_COUNT)) };
      bringBack(settled, { headers, delayMs: step.delayMs }, o, all);
      return;
    }
    case "hold":
      all.timers.push(heldTimer({ work, hold: step.hold, ms: settled.ms }, o));
      return;
    case "failed":
      all.records.push(deadLetterOf(work, step, o));
      return;
    case "sent":
    case "cancelled":
    case "expired":
  }
}

/** The same record again when the delay is over, through the tier or the timer that fits it. */
function bringBack(
  { work, ms }: Settled,
  again: { headers: Record<string, string>; delayMs: number },
  o: FollowUpOptions,
  all: FollowUps,
): void {
  const { task, delivery } = work;
  const { [HEADER_WAITS]: _waits, [HEADER_NOT_BEFORE]: _notBefore, ...kept } = task.record.headers;
  const firstAt = kept[HEADER_FIRST_AT] ?? String(task.record.timestamp);
  const headers = { ...kept, [HEADER_FIRST_AT]: firstAt, ...again.headers };
  const nextMs = ms + again.delayMs;
  const tier = placeDelay(delivery.lane, again.delayMs, o.tierDelayMs);
  const { key, value } = task.record;
  if (tier === null) {
    all.timers.push({
      id: o.facts.timerId(delivery, work),
      tenant: delivery.tenant,
      dueAt: new Date(nextMs),
      topic: o.names.deliveries(o.channel, delivery.lane),
      key: key === null ? null : key.toString(),
      headers,
      value: value ?? Buffer.alloc(0),
    });
    return;
  }
  const topic = o.names.retry(o.channel, delivery.lane, tier);
  all.records.push({
    topic,
    key,
    value,
    headers: { ...headers, [HEADER_NOT_BEFORE]: String(nextMs + o.aheadMs()) },
  });
}

/** Parks a record whose call runs at another sender in the shortest tier, as it is. */
export function parkRecord(work: Work, o: FollowUpOptions & { now: number }): OutRecord {
  const { record } = work.task;
  const tier = placeDelay(work.delivery.lane, 0, o.tierDelayMs) ?? "5s";
  const notBefore = String(o.now + o.tierDelayMs(tier) + o.aheadMs());
  return {
    topic: o.names.retry(o.channel, work.delivery.lane, tier),
    key: record.key,
    value: record.value,
    headers: { ...record.headers, [HEADER_NOT_BEFORE]: notBefore },
  };
}

/** Whether its recipient may answer it. */
function mayHaveArrived(step: Step): boolean {
  return step.kind === "sent" || ("error" in step && leavesDoubt(step.error.code));
}

const MONTH_MS = 30 * 86_400_000;

/** Refusals that keep an address from being sent to, for how long unless for good. */
const SUPPRESSING: Partial<Record<ErrorCode, { reason: SuppressionReason; forMs?: number }>> = {
  recipient_gone: { reason: "recipient_gone" },
  recipient_unreachable: { reason: "recipient_gone", forMs: MONTH_MS },
  recipient_stopped: { reason: "stop" },
  recipient_unsubscribed: { reason: "unsubscribe" },
};

function suppressionsOf({ work, step: ofDelivery, ms: at }: Settled): NewSuppression[] {
  const { delivery, devices } = work;
  const called = devices?.all ?? [{ address: delivery.address, step: ofDelivery }];
  return called.flatMap(({ address: given, step }) => {
    const why = step?.kind === "failed" ? SUPPRESSING[step.error.code] : undefined;
    if (step?.kind !== "failed" || why === undefined) return [];
    const { reason, forMs } = why;
    const { provider = "" } = step;
    const until = forMs === undefined ? {} : { until: at + forMs };
    return suppressibleOf(delivery, given).map((address) => ({
      ...address,
      reason,
      provider,
      at,
      ...until,
    }));
  });
}

function suppressibleOf(delivery: Work["delivery"], given: string): SuppressibleAddress[] {
  const { tenant, channel, callback, redirected } = delivery;
  // A callback is no recipient's: its tenant enables it again. Nor is what the sandbox sends elsewhere.
  const theirs = callback === undefined && redirected === undefined;
  const address = theirs ? suppressionAddress(channel, given) : null;
  return address === null ? [] : [{ tenant, channel, address }];
}

function deadLetterOf(
  work: Work,
  step: Extract<Step, { kind: "failed" }>,
  o: FollowUpOptions,
): OutRecord {
  const { record } = work.task;
  const letter = deadLetter(record, {
    group: o.group,
    topic: o.names.dlq(record.topic),
    reason: step.deadLetter,
    code: step.error.code,
    message: step.error.message,
  });
  letter.headers[HEADER_ERROR_CLASS] = step.error.class;
  if (step.provider !== undefined) letter.headers[HEADER_PROVIDER] = step.provider;
  return letter;
}
