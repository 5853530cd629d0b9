/**
 * - `retriable`: the same call may succeed later
 * - `fenced`: another member owns what this one wrote or committed for
 * - `rebalancing`: the group is being rearranged; the call is settled by the next assignment
 * - `fatal`: repeating changes nothing
 */
export type KafkaErrorKind = "retriable" | "fenced" | "rebalancing" | "fatal";

/** Every failure that leaves this package. `code` is stable text such as `kafka_unavailable`. */
export class KafkaError extends Error {
  readonly code: string;
  readonly kind: KafkaErrorKind;
  readonly retriable: boolean;

  constructor(o: { code: string; kind: KafkaErrorKind; message: string; cause?: unknown }) {
    super(o.message, { cause: o.cause });
    this.name = "KafkaError";
    this.code = o.code;
    this.kind = o.kind;
    this.retriable = o.kind === "retriable" || o.kind === "rebalancing";
  }
}
