import { KafkaError, type KafkaErrorKind } from "./error.ts";

const FENCED = ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"];
/** Broker or coordinator did not answer in time; kafkajs says of them that repeating changes nothing. */
const AWAY = ["KafkaJSGroupCoordinatorNotFound", "KafkaJSTimeout", "KafkaJSLockTimeout"];
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

type Failure = { name?: string; message: string; type?: string; retriable?: boolean };

/** The KafkaError for whatever kafkajs threw. */
export function toKafkaError(thrown: unknown): KafkaError {
  if (thrown instanceof KafkaError) return thrown;
  const root = rootFailure(thrown);
  const [code, kind] = classify(root);
  return new KafkaError({ code, kind, message: root.message, cause: thrown });
}

function classify(failure: Failure): [code: string, kind: KafkaErrorKind] {
  const type = failure.type ?? "";
  if (type === "REBALANCE_IN_PROGRESS") return ["rebalancing", "rebalancing"];
  if (FENCED.includes(type)) return ["fenced", "fenced"];
  if (TOO_LARGE.includes(type)) return ["record_too_large", "fatal"];
  if (type === "UNKNOWN_TOPIC_OR_PARTITION") return ["unknown_topic", "retriable"];
  if (type.endsWith("AUTHORIZATION_FAILED")) return ["kafka_refused", "fatal"];
  if (AWAY.includes(failure.name ?? "")) return ["kafka_unavailable", "retriable"];
  return failure.retriable === false
    ? ["kafka_error", "fatal"]
    : ["kafka_unavailable", "retriable"];
}

/** kafkajs wraps a retriable failure in a non-retriable one once it has tried often enough. */
function rootFailure(thrown: unknown): Failure {
  let failure = thrown;
  for (let depth = 0; depth < 8; depth += 1) {
    if (!(failure instanceof Error) || !(failure.cause instanceof Error)) break;
    failure = failure.cause;
  }
  if (!(failure instanceof Error)) return { message: String(failure) };
  // kafkajs adds these two fields to its errors; both are checked below.
  const { type, retriable } = failure as Error & { type?: unknown; retriable?: unknown };
  return {
    name: failure.name,
    message: failure.message,
    ...(typeof type === "string" && { type }),
    ...(typeof retriable === "boolean" && { retriable }),
  };
}
