import { ChannelName, Name, type Problem, QuietHours } from "@pulsecourier/contracts";
import { z } from "zod";
import { toProblems } from "../../http/schema-problems.ts";
import type { Cell } from "./preference-choices.ts";

/** What the form of the preference page says. */
export type PreferenceForm = { cells: Cell[]; quietHours: QuietHours | undefined };

const MAX_CELLS = 2_000;
const Category = z.union([z.literal(""), Name]);

/** The names of the form's fields. `shown` is there for each checkbox: one that is off is not sent. */
export const FIELDS = {
  shown: "shown",
  on: "on",
  quiet: "quiet",
  from: "from",
  until: "until",
  timezone: "timezone",
} as const;

/** How a checkbox is called: names of categories hold no slash. */
export function cellName(category: string, channel: string): string {
  return `${category}/${channel}`;
}

/** Reads the form; what is wrong with the quiet hours, each with its place as in the preferences. */
export function readForm(body: Buffer): { form: PreferenceForm; problems: Problem[] } {
  const fields = new URLSearchParams(body.toString("utf8"));
  const on = new Set(fields.getAll(FIELDS.on));
  const cells = fields
    .getAll(FIELDS.shown)
    .slice(0, MAX_CELLS)
    .flatMap((name): Cell[] => {
      const at = name.indexOf("/");
      const category = Category.safeParse(name.slice(0, at));
      const channel = ChannelName.safeParse(name.slice(at + 1));
      if (at < 0 || !category.success || !channel.success) return [];
      return [{ category: category.data, channel: channel.data, on: on.has(name) }];
    });
  if (!fields.has(FIELDS.quiet)) return { form: { cells, quietHours: undefined }, problems: [] };
  const timezone = fields.get(FIELDS.timezone) ?? "";
  const parsed = QuietHours.safeParse({
    from: fields.get(FIELDS.from) ?? "",
    until: fields.get(FIELDS.until) ?? "",
    ...(timezone !== "" && { timezone }),
  });
  const problems = parsed.success
    ? []
    : toProblems(parsed.error.issues).map(({ pointer, detail }) => ({
        pointer: `/quietHours${pointer}`,
        detail,
      }));
  return { form: { cells, quietHours: parsed.data }, problems };
}
