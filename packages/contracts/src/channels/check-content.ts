import type { z } from "zod";
import { type Channel, channelDefinition } from "./index.ts";

export type ContentProblem = {
  code: "content_too_large" | "content_unusable";
  issues: z.core.$ZodIssue[];
};

/** What keeps rendered content from being sent through a channel, each limit named; null when nothing does. */
export function checkContent(
  channel: Channel,
  rendered: Readonly<Record<string, string>>,
): ContentProblem | null {
  const { content, check, usage } = channelDefinition(channel);
  const unfit = content.safeParse(rendered).error?.issues ?? check?.(rendered) ?? [];
  if (unfit.length > 0) {
    const tooLarge = unfit.some((issue) => issue.code === "too_big");
    return { code: tooLarge ? "content_too_large" : "content_unusable", issues: unfit };
  }
  const over = (usage?.(rendered) ?? []).filter(({ used, limit }) => used > limit);
  if (over.length === 0) return null;
  const issues = over.map(({ unit, used, limit }): z.core.$ZodIssue => {
    const message = `takes ${used} ${unit}, the limit is ${limit}`;
    return { code: "custom", path: [], message, input: rendered };
  });
  return { code: "content_too_large", issues };
}
