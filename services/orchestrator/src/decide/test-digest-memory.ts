import { sagaInput, type SagaInput } from "@pulsecourier/contracts";
import { INITIAL, type Saga } from "./saga.ts";
import { askBoard, type Board, createBoard } from "./test-digest-board.ts";
import type { DigestWorld } from "./test-digest-world.ts";
import { advance, secret } from "./test-saga.ts";

/** The world of digests in memory. */
export function createDigestMemory(): DigestWorld {
  const sagas = new Map<string, Saga>();
  const taken = new Set<string>();
  const board = createBoard();

  function take(input: SagaInput): void {
    const before = sagas.get(input.sagaId) ?? begun(input);
    if (taken.has(input.id) || before === null) return;
    const { saga, events } = advance(before, input, board.now);
    if (events.length === 0) return;
    taken.add(input.id);
    sagas.set(input.sagaId, saga);
    carryOut(board, saga, events);
  }

  return {
    take: async (batches) => batches.flat().forEach(take),
    next: async () => {
      const { happened } = board;
      board.happened = { inputs: [], waves: [] };
      return happened;
    },
    cancel: async (notificationId) => void board.tombstones.add(notificationId),
    travelTo: async (ms) => void (board.now = Math.max(board.now, ms)),
    stateOf: async (id) => sagas.get(id)?.state ?? INITIAL,
    isEmpty: async () => board.open.size === 0,
  };
}

function begun(input: SagaInput): Saga | null {
  if (input.type !== "start") return null;
  const { sagaId: id, tenant, notificationId, request, definition } = input;
  return { id, tenant, notificationId, version: 0, request, definition, state: INITIAL };
}

function carryOut(board: Board, saga: Saga, events: ReturnType<typeof advance>["events"]): void {
  const { notificationId } = saga;
  for (const event of events) {
    if (event.type === "asked")
      askBoard(board, { id: notificationId, step: event.step }, event.ask);
    if (event.type === "wave_issued")
      board.happened.waves.push({ notificationId, wave: event.wave });
    if (event.type !== "timer_set") continue;
    const { armed, at } = event;
    const input = sagaInput(secret, saga, [String(armed)], { type: "timer", armed });
    board.happened.inputs.push({ input, dueAt: at });
  }
}
