import { z } from "zod";
import { Name } from "../recipient.ts";

/** Where a workflow goes on: a step, or this for its end. No step can have the name. */
export const END = "end";

export const stepName = Name.refine(
  (value) => value !== END,
  "is the end of every workflow, no step's name",
);

/** Where a step leads. */
export const target = Name.describe("A step's name, or `end`");

export const next = target.optional().describe("Left out: the step that follows, or the end");

/** A condition or key in CEL. */
export const expression = z.string().min(1).max(4_096);
