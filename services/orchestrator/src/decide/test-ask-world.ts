import type { SagaAnswer, SagaInput, WorkflowStep } from "@pulsecourier/contracts";
import type { Ask } from "./ask.ts";
import type { Saga, SagaEvent } from "./saga.ts";
import { advance, NOW, testSaga } from "./test-saga.ts";

/** What all sagas of a play share: room for as many, and an amount. */
export const SHARED = { throttle: 4, budget: 3, amount: 1 };

/** Before a saga sends anything it is counted, reserves, and lets a minute pass. */
const BEFORE: WorkflowStep[] = [
  { type: "throttle", name: "few", limit: SHARED.throttle, per: "PT1H", key: "event.type" },
  { type: "reserve", name: "hold", budget: "texts", amount: SHARED.amount },
  { type: "delay", name: "pause", for: "PT1M" },
];

/** What may happen next is picked, once or again; somebody may cancel. `isReached`: whether its mail can be sent. */
export type AskPlay = {
  people: readonly { isReached: boolean }[];
  picks: readonly { at: number; again: boolean }[];
  cancels: readonly { who: number; before: number }[];
  /** Tells the people of one play from those of another. */
  name: string;
};

export type AskPlayed = {
  sagas: readonly { saga: Saga; history: SagaEvent[][] }[];
  /** `givesBack`: with it a reservation ended. */
  script: { input: SagaInput; givesBack: boolean }[];
  /** What is held once all is over, what was used, and the most there was of both together. */
  budget: { reserved: number; used: number; most: number };
};

type Player = { of: ReturnType<typeof workflow>; saga: Saga; history: SagaEvent[][] };

function workflow(person: string) {
  return testSaga({ channels: ["email"], strategy: "all" }, person, { before: BEFORE });
}

/** Counts as the database does, in the order in which it is asked. */
function createCounts() {
  let passed = 0;
  const held = new Map<string, number>();
  const budget = { reserved: 0, used: 0, most: 0 };
  return {
    budget,
    answer(sagaId: string, ask: Ask): SagaAnswer | null {
      if (ask.kind === "throttle") {
        const granted = passed < SHARED.throttle;
        if (granted) passed += 1;
        return { kind: "throttle", granted };
      }
      if (ask.kind !== "reserve") return null;
      const left = SHARED.budget - budget.reserved - budget.used;
      const granted = ask.amount <= left;
      if (granted) held.set(sagaId, ask.amount);
      if (granted) budget.reserved += ask.amount;
      budget.most = Math.max(budget.most, budget.reserved + budget.used);
      return { kind: "reserve", granted, left };
    },
    close(sagaId: string, isUsed: boolean) {
      const amount = held.get(sagaId) ?? 0;
      held.delete(sagaId);
      budget.reserved -= amount;
      if (isUsed) budget.used += amount;
    },
  };
}

/** Plays sagas that share what they ask for, to the end of all of them. The script is all that came, in its order. */
export function playAsks({ people, picks, cancels, name }: AskPlay): AskPlayed {
  const counts = createCounts();
  const script: AskPlayed["script"] = [];
  const taken = new Set<string>();
  const players = people.map((_, index): Player => {
    const of = workflow(`${name}-${index}`);
    return { of, saga: of.new(), history: [] };
  });
  const possible = players.map((player) => ({ player, input: player.of.start() }));

  function expect(player: Player, event: SagaEvent): void {
    const { of, saga } = player;
    const next = (...inputs: SagaInput[]) =>
      possible.push(...inputs.map((input) => ({ player, input })));
    if (event.type === "asked") {
      const answer = counts.answer(saga.id, event.ask);
      if (answer !== null) next(of.answered(event.step, answer));
    }
    if (event.type === "reservation_closed" && event.how !== "dropped") {
      counts.close(saga.id, event.how === "settled");
    }
    if (event.type === "timer_set") next(of.timer(event.armed));
    if (event.type !== "wave_issued") return;
    const { isReached } = people[players.indexOf(player)] ?? { isReached: false };
    if (isReached) next(of.routed(0, "email"), of.standing("email", "sent"));
    else next(of.skipped(0, "email"));
  }

  function take(player: Player, input: SagaInput): void {
    const line = { input, givesBack: false };
    script.push(line);
    // As the history does.
    if (taken.has(input.id)) return;
    const { saga, events } = advance(player.saga, input, NOW + script.length * 1_000);
    if (events.length === 0) return;
    taken.add(input.id);
    player.saga = saga;
    player.history.push([...events]);
    line.givesBack = events.some(({ type }) => type === "reservation_closed");
    for (const event of events) expect(player, event);
  }

  for (const [index, { at, again }] of picks.entries()) {
    for (const { who } of cancels.filter(({ before }) => before === index)) {
      const player = players[who % players.length];
      // Before its start a cancel is a tombstone, which the start finds.
      if (player !== undefined && player.history.length > 0) take(player, player.of.cancel());
    }
    const [picked] = possible.splice(at % Math.max(1, possible.length), 1);
    if (picked === undefined) break;
    take(picked.player, picked.input);
    if (again) possible.push(picked);
  }
  for (let left = possible.shift(); left !== undefined; left = possible.shift()) {
    take(left.player, left.input);
  }
  return { sagas: players, script, budget: counts.budget };
}
