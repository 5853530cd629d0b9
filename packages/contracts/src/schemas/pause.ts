import { z } from "zod";

/** What can be paused. */
export const PAUSED_KINDS = ["rule", "workflow"] as const;
export const PausedKind = z.enum(PAUSED_KINDS);
export type PausedKind = z.infer<typeof PausedKind>;

/** Body of `POST /v1/rules/{name}/pause` and `POST /v1/workflows/{name}/pause`. */
export const PauseInput = z.strictObject({
  events: z
    .enum(["wait", "skip"])
    .describe("What becomes of events meanwhile: decided after the resume, or not at all"),
});
export type PauseInput = z.infer<typeof PauseInput>;

/** A pause that stands, as the answer to it and beside the rule or workflow. */
export const PauseView = PauseInput.extend({
  /** Name of the key it was made with. */
  by: z.string(),
  at: z.iso.datetime(),
});
export type PauseView = z.infer<typeof PauseView>;
