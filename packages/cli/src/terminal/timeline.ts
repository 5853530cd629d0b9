import type { NotificationView } from "@pulsecourier/contracts";
import { table } from "./table.ts";

/** A notification and what happened to it, as text. */
export function timelineText(view: NotificationView): string {
  const start = Date.parse(view.createdAt);
  const rows = (view.timeline ?? []).map((entry) => [
    `+${String(Date.parse(entry.at) - start).padStart(4)} ms`,
    entry.type,
    describe(entry),
  ]);
  const what = view.rule === undefined ? "" : ` by rule ${view.rule.name} v${view.rule.version}`;
  const head = `notification ${view.id} to ${view.recipient ?? "?"}${what}: ${view.status}`;
  return `${head}\n${indent(table(["after", "what", "details"], rows))}`;
}

function describe(entry: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const field of ["channel", "provider", "providerMessageId", "nextAt", "reason"]) {
    if (typeof entry[field] === "string") parts.push(entry[field]);
  }
  if (isError(entry["error"])) parts.push(`${entry["error"].code}: ${entry["error"].message}`);
  if (Array.isArray(entry["deliveries"]))
    parts.push(entry["deliveries"].map((one) => one.channel).join(", "));
  return parts.join("  ");
}

function isError(value: unknown): value is { code: string; message: string } {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
