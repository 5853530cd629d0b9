import { duration } from "../terminal/duration.ts";
import { table } from "../terminal/table.ts";
import type { ToldStory } from "./tell-story.ts";

/** A story as text: its title, what was decided when and why, and what is missing. */
export function storyText({ story, views, missing }: ToldStory): string {
  const rows = views.flatMap(({ recipient = "", timeline = [] }) => {
    const decisions = timeline.filter(({ type }) => type.startsWith("saga."));
    const start = Date.parse(decisions[0]?.at ?? "");
    return decisions.map((entry) => [
      recipient,
      `+${duration(Date.parse(entry.at) - start)}`,
      text(entry["decision"] ?? entry["outcome"] ?? "started"),
      text(entry["step"]),
      text(entry["channels"]),
      text(entry["reason"]),
    ]);
  });
  const head = ["recipient", "after", "decided", "step", "channels", "because"];
  const decided = table(head, rows, ["after"]);
  return [story.title, "", decided, ...missing.map((line) => `MISSING: ${line}`)].join("\n");
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : "";
}
