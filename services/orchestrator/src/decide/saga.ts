import type {
  Channel,
  Digest,
  CompensationClass,
  CompensationKind,
  FactError,
  SagaAnswer,
  HeardEvent,
  SagaOutcome,
  SagaRequest,
  SagaState,
  Standing,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import type { Ask } from "./ask.ts";

/** A running workflow for one notification. What it was started with never changes; `state` follows from its events. */
export type Saga = {
  id: string;
  tenant: string;
  notificationId: string;
  /** Inputs that changed it so far. */
  version: number;
  request: SagaRequest;
  definition: WorkflowDefinition;
  state: SagaState;
};

export const INITIAL: SagaState = {
  at: null,
  unrouted: [],
  deliveries: [],
  unplaced: [],
  skipped: [],
  events: {},
  heldBy: null,
  compensations: [],
  compensating: null,
  end: null,
};

type StepAndWave = { step: string; wave: number };
/** What a compensation is told by. */
type Compensated = { channel: Channel; kind: CompensationKind } & StepAndWave;

/** What happened in a saga. The history holds these, and the state is nothing but their sum. */
export type SagaEvent =
  | { type: "started" }
  /** `reason`: why it went this way; the first step needs none. */
  | { type: "step_entered"; step: string; reason?: string }
  | ({ type: "wave_issued"; channels: Channel[]; reason: string } & StepAndWave)
  | ({
      type: "wave_routed";
      deliveries: { id: string; channel: Channel }[];
      skipped: { channel: Channel; error: FactError }[];
    } & StepAndWave)
  | { type: "timer_set"; at: number; armed: number }
  | { type: "limit_passed" }
  /** It takes no step while its workflow is paused; `pause` is the id of that. */
  | { type: "held"; step: string; pause: string }
  | { type: "resumed" }
  /** Asked of the state that sagas share, and what was answered. */
  | { type: "asked"; step: string; ask: Ask }
  | { type: "answered"; step: string; answer: SagaAnswer }
  /** What a `wait` step listens for has come. */
  | { type: "event_heard"; step: string; event: HeardEvent }
  /** It is to end so, once its item is out of the digest. */
  | { type: "leaving_digest"; outcome: SagaOutcome; reason: string; error?: FactError }
  /** It goes on as a digest of its own. */
  | { type: "digest_alone"; digest: Digest }
  | { type: "delivery_changed"; delivery: Standing }
  /** Deliveries that must not be sent any more; one that is being sent at this moment still may be. */
  | {
      type: "withdrawn";
      step: string;
      deliveries: { id: string; channel: Channel }[];
      reason: string;
    }
  /** How a channel's delivery will be undone, if it must be; before the channel is asked for. */
  | ({
      type: "compensation_registered";
      kind: CompensationKind;
      class: CompensationClass;
    } & Compensated)
  /** It will end as not completed, once what was done is undone. `seal` as below. */
  | {
      type: "compensating";
      outcome: SagaOutcome;
      reason: string;
      error?: FactError;
      carriedBy?: string;
      seal: boolean;
    }
  /** A message that undoes delivery `of` is asked for, as wave `sentAs`. */
  | ({ type: "compensation_issued"; of: string; sentAs: number } & Compensated)
  /** `id`: the delivery that was undone; null where there was nothing to undo, or policy forbids it: `error`. */
  | ({ type: "compensated"; id: string | null; error?: FactError } & Compensated)
  | ({ type: "compensation_failed"; error: FactError } & Compensated)
  /** How much of a budget will be given back, if it must be; before it is asked for. */
  | { type: "reserving"; step: string; budget: string; amount: number }
  /** `dropped`: it had not been granted. */
  | { type: "reservation_closed"; step: string; how: "settled" | "released" | "dropped" }
  /** `seal`: nothing of the notification may be sent any more. */
  | {
      type: "ended";
      outcome: SagaOutcome;
      reason: string;
      error?: FactError;
      carriedBy?: string;
      seal: boolean;
    };
