import { z } from "zod";
import { DigestAnswer } from "./digest-answer.ts";

/** What a saga is told of state it shares with other sagas, by the kind of what it asked. */
export const SagaAnswer = z.discriminatedUnion("kind", [
  /** `granted`: it counts as one of those the limit admits. */
  z.object({ kind: z.literal("throttle"), granted: z.boolean() }),
  /** `left`: how much there was to be had. */
  z.object({ kind: z.literal("reserve"), granted: z.boolean(), left: z.number() }),
  ...DigestAnswer.options,
]);
export type SagaAnswer = z.infer<typeof SagaAnswer>;
