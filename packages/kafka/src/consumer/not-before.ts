import type { ConsumerOptions } from "./consumer.ts";
import type { InRecord } from "../records/record.ts";

/** A due time that cannot be read is no due time: the handler deals with the record. */
export function readableNotBefore(
  o: Pick<ConsumerOptions, "notBefore" | "group" | "logger">,
): (record: InRecord) => number | null {
  const { notBefore } = o;
  if (notBefore === undefined) return () => null;
  return (record) => {
    try {
      const dueAt = notBefore(record);
      return dueAt !== null && Number.isFinite(dueAt) ? dueAt : null;
    } catch (thrown) {
      o.logger.warn({ group: o.group, error: String(thrown) }, "unreadable due time, handled now");
      return null;
    }
  };
}
