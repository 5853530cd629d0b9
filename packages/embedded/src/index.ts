export { EmbeddedError, type EmbeddedErrorCode } from "./embedded-error.ts";
export { freePort } from "./free-port.ts";
export type { EmbeddedServer } from "./embedded-server.ts";
export { kafkaProperties, type KafkaNode, type KafkaProperties } from "./kafka-properties.ts";
export type { OnProgress, Progress } from "./progress.ts";
export { ANY_PORTS, type Embedded, type EmbeddedOptions, startEmbedded } from "./start-embedded.ts";
export {
  type KafkaCluster,
  type KafkaClusterOptions,
  startKafkaCluster,
} from "./start-kafka-cluster.ts";
