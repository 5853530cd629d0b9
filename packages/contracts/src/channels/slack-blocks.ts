import { z } from "zod";

// https://docs.slack.dev/reference/block-kit/blocks: the limits people run into; Slack checks the rest.
const textOf = (max: number) =>
  z.looseObject({ type: z.enum(["mrkdwn", "plain_text"]), text: z.string().min(1).max(max) });

const limited: Readonly<Record<string, z.ZodType>> = {
  section: z.looseObject({
    text: textOf(3_000).optional(),
    fields: z.array(textOf(2_000)).min(1).max(10).optional(),
  }),
  header: z.looseObject({ text: textOf(150).extend({ type: z.literal("plain_text") }) }),
  context: z.looseObject({ elements: z.array(z.json()).min(1).max(10) }),
  actions: z.looseObject({ elements: z.array(z.json()).min(1).max(25) }),
};

const Blocks = z.array(z.looseObject({ type: z.string().min(1) }));

/** What is wrong with Block Kit's blocks, given as JSON text; their number is not looked at. */
export function checkSlackBlocks(json: string): z.core.$ZodIssue[] {
  const parsed = parse(json);
  if (!parsed.ok) {
    return [{ code: "custom", path: ["blocks"], message: "is not JSON", input: json }];
  }
  const blocks = Blocks.safeParse(parsed.value);
  return blocks.success ? blocks.data.flatMap(issuesOf) : below(["blocks"], blocks.error.issues);
}

/** How many blocks the JSON text holds; none where it is no array. */
export function countSlackBlocks(json: string): number {
  const parsed = parse(json);
  return parsed.ok && Array.isArray(parsed.value) ? parsed.value.length : 0;
}

function issuesOf(block: { type: string }, index: number): z.core.$ZodIssue[] {
  const schema = Object.hasOwn(limited, block.type) ? limited[block.type] : undefined;
  return below(["blocks", index], schema?.safeParse(block).error?.issues ?? []);
}

function below(path: PropertyKey[], issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

function parse(json: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(json) };
  } catch {
    return { ok: false };
  }
}
