import { hash } from "node:crypto";
import type { Draft } from "./draft.ts";
import { factsOf } from "./saga-facts.ts";

const MAX_KEY = 200;

/** What an expression gives to count or collect by, long ones hashed; null without one, or when it gives no such thing. */
export function keyOf(draft: Draft, expression: string | undefined): string | null {
  if (expression === undefined) return null;
  const result = draft.conditions(expression, factsOf(draft));
  const value = result.kind === "value" ? result.value : null;
  const isKey = ["string", "number", "bigint", "boolean"].includes(typeof value);
  const key = isKey ? String(value) : "";
  if (key === "") return null;
  return key.length <= MAX_KEY ? key : `sha256:${hash("sha256", key, "hex")}`;
}
