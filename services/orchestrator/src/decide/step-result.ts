import type { FactError } from "@pulsecourier/contracts";

/** How a step ended. `to`: where it goes on, when the step itself decides that. */
export type StepResult =
  | { kind: "done"; reason: string; to?: string }
  | { kind: "failed"; reason: string }
  /** Nothing more is to be sent. */
  | { kind: "dropped"; reason: string; error: FactError; carriedBy?: string };
