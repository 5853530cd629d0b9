import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Lane } from "../lanes.ts";
import { Duration } from "./duration.ts";
import { Name } from "./recipient.ts";
import { checkTriedInTurn } from "./tried-in-turn.ts";
import { Until } from "./until.ts";

const cel = z.string().min(1).max(4_096);

/** Body of `PUT /v1/rules/{name}`. `when` and `recipients` are CEL over `event`. */
export const RuleDefinition = z
  .strictObject({
    /** Event type; a trailing `*` matches any ending. */
    on: z.string().min(1).max(256),
    when: cel.optional(),
    /** Each expression gives a recipient id, an inline recipient, or a list of either. */
    recipients: z.array(cel).min(1).max(20),
    channels: z.array(ChannelName).min(1).optional(),
    /** As in a request: `first` tries the channels in turn. */
    strategy: z.enum(["all", "first"]).optional(),
    until: Until.optional(),
    within: Duration.optional(),
    template: Name.optional(),
    /** Instead of a template: what is sent, in which steps. */
    workflow: Name.optional(),
    category: Name.optional(),
    lane: Lane.optional(),
  })
  .refine(({ template, workflow }) => (template === undefined) !== (workflow === undefined), {
    message: "give either `template` or `workflow`",
    path: ["template"],
  })
  .refine(({ workflow, channels }) => workflow === undefined || channels === undefined, {
    message: "the workflow names the channels",
    path: ["channels"],
  })
  .check(checkTriedInTurn);
export type RuleDefinition = z.infer<typeof RuleDefinition>;
