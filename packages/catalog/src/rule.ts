import type { FactError, InlineRecipient, RuleDefinition } from "@pulsecourier/contracts";

/** What a rule's expressions see as `event`. `time` is RFC 3339 text; JSON numbers are CEL doubles. */
export type RuleEvent = {
  id: string;
  source: string;
  type: string;
  subject?: string;
  time?: string;
  data: Record<string, unknown>;
};

/**
 * What a rule says of an event. A missing key is never an error: in `when` it is `no_match`, in an expression of
 * `recipients` that expression gives nobody; either way a reason says which. No reason or message holds an address.
 */
export type RuleResult =
  | {
      kind: "match";
      recipients: (string | InlineRecipient)[];
      /** Names of audiences; there need not be such. */
      audiences: string[];
      reasons: string[];
    }
  | { kind: "no_match"; reasons: string[] }
  | { kind: "error"; error: FactError };

/** A rule ready to run. `evaluate` is total: it never throws. */
export type CompiledRule = {
  name: string;
  version: number;
  definition: RuleDefinition;
  matchesType(type: string): boolean;
  evaluate(event: RuleEvent): RuleResult;
};
