import {
  deliveryId,
  type DigestWindow,
  notificationId,
  sagaId,
  sagaInput,
  type SagaInput,
  type SagaRequest,
  type SagaState,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import { NOW, secret } from "./test-saga.ts";

/** What came of inputs: answers and timers, the latter with when they are due; and waves the router is asked for. */
export type Happened = {
  inputs: { input: SagaInput; dueAt: number }[];
  waves: { notificationId: string; wave: number }[];
};

/** Where sagas and their digests live: in memory, or in Postgres. */
export type DigestWorld = {
  /** Batches at the same time, each taken as a whole. */
  take(batches: readonly SagaInput[][]): Promise<void>;
  next(): Promise<Happened>;
  /** The tombstone of a cancel; the saga hears of it later. */
  cancel(notificationId: string): Promise<void>;
  travelTo(ms: number): Promise<void>;
  stateOf(sagaId: string): Promise<SagaState>;
  /** No window is open, no item waits. */
  isEmpty(): Promise<boolean>;
};

/** Which of what may happen next does, how much of it at once, and whether it comes again later. */
export type Pick = { at: number; size: number; again: boolean };
export type DigestPlay = {
  people: number;
  window: DigestWindow;
  picks: readonly Pick[];
  /** Who is cancelled, and before which pick. */
  cancels: readonly { who: number; before: number }[];
};

/** What became of one of the sagas. */
export type Fate = {
  notificationId: string;
  /** Its own item was told to be out of all digests before any had closed with it. */
  isCancelledBefore: (digest: Closed) => boolean;
  wasCancelled: boolean;
  state: SagaState;
};
/** What a digest held when it closed, at which pick. */
export type Closed = { carrier: string; count: number; items: number[]; at: number };
export type DigestPlayed = { fates: Fate[]; closed: Closed[]; isEmpty: boolean };

const about = (n: number, recipient: string) => {
  const of = { tenant: "acme", acceptedAt: NOW, source: "/shop", rule: "", recipient };
  return { tenant: "acme", notificationId: notificationId(secret, { ...of, eventId: `e${n}` }) };
};

/** Plays sagas of one recipient whose items are collected, to the end, whatever comes when and how often. */
export async function playDigest(
  world: DigestWorld,
  { people, window, picks, cancels }: DigestPlay,
  recipient = "ann",
): Promise<DigestPlayed> {
  const all = Array.from({ length: people }, (_, n) => about(n, recipient));
  const starts = all.map((one, n) => startOf(one, { window, recipient, n }));
  let possible = starts.map((input) => ({ input, dueAt: 0 }));
  const cancelledAt = new Map<string, number>();
  const closed: Closed[] = [];

  async function takeSome(at: number, chosen: typeof possible): Promise<void> {
    await world.travelTo(Math.max(...chosen.map(({ dueAt }) => dueAt)));
    const inputs = chosen.map(({ input }) => input);
    const half = Math.ceil(inputs.length / 2);
    await world.take([inputs.slice(0, half), inputs.slice(half)]);
    const { inputs: more, waves } = await world.next();
    for (const { input } of more) {
      if (input.type !== "answered" || input.answer.kind !== "digest_closed") continue;
      const { count, items } = input.answer;
      closed.push({
        carrier: input.notificationId,
        count,
        items: items.map(({ n }) => Number(n)),
        at,
      });
    }
    const answers = waves.flatMap(({ notificationId: id, wave }) => answersTo(id, wave));
    possible.push(...more, ...answers.map((input) => ({ input, dueAt: 0 })));
  }

  for (const [at, { at: first, size, again }] of picks.entries()) {
    for (const { who } of cancels.filter(({ before }) => before === at)) {
      const one = all[who % people];
      if (one === undefined || cancelledAt.has(one.notificationId)) continue;
      cancelledAt.set(one.notificationId, at);
      await world.cancel(one.notificationId);
      const input = sagaInput(secret, one, [], { type: "cancel", reason: "cancelled" });
      possible.push({ input, dueAt: 0 });
    }
    if (possible.length === 0) break;
    const chosen = possible.splice(first % possible.length, size);
    if (again) possible.push(...chosen);
    await takeSome(at, chosen);
  }
  for (let at = picks.length; possible.length > 0; at += 1) {
    const chosen = possible.splice(0, 10);
    await takeSome(at, chosen);
  }
  const fates = all.map(async ({ notificationId: id }): Promise<Fate> => {
    const cancelled = cancelledAt.get(id);
    return {
      notificationId: id,
      wasCancelled: cancelled !== undefined,
      isCancelledBefore: ({ at }) => cancelled !== undefined && cancelled <= at,
      state: await world.stateOf(sagaId(secret, "acme", id)),
    };
  });
  return { fates: await Promise.all(fates), closed, isEmpty: await world.isEmpty() };
}

function answersTo(id: string, wave: number): SagaInput[] {
  const one = { tenant: "acme", notificationId: id };
  const delivery = { id: deliveryId(secret, "acme", id, "email"), channel: "email" as const };
  const routed = { step: "tell", wave, deliveries: [delivery], skipped: [] };
  const standing = { ...delivery, status: "sent" as const, redrive: 0, attempts: 1 };
  return [
    sagaInput(secret, one, [String(wave)], { type: "routed", ...routed }),
    sagaInput(secret, one, ["sent"], { type: "standing", deliveries: [standing] }),
  ];
}

/** The beginning of a saga that collects, and then sends a mail. */
export function startOf(
  one: ReturnType<typeof about>,
  {
    window,
    recipient,
    n,
    items = 100,
  }: { window: DigestWindow; recipient: string; n: number; items?: number },
): SagaInput {
  const definition = WorkflowDefinition.parse({
    steps: [
      { type: "digest", name: "collect", window, items },
      { type: "send", name: "tell", template: "t", channels: ["email"] },
    ],
  });
  const request: SagaRequest = {
    summary: {
      eventId: `e${n}`,
      source: "/shop",
      recipient,
      category: null,
      lane: "normal",
      workflow: { name: "digest", version: 1 },
      channels: ["email"],
      acceptedAt: new Date(NOW).toISOString(),
      sandbox: false,
    },
    event: { type: "order.placed" },
    recipient,
    data: { n },
    catalogRevision: 1,
  };
  return sagaInput(secret, one, [], { type: "start", request, definition });
}
