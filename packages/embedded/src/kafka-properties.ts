/** Where one node of an embedded Kafka cluster listens; every node is broker and controller. */
export interface KafkaNode {
  readonly id: number;
  readonly brokerPort: number;
  readonly controllerPort: number;
}

export interface KafkaProperties {
  readonly node: KafkaNode;
  /** Every node of the cluster, this one included. */
  readonly cluster: readonly KafkaNode[];
  readonly logDir: string;
  /** Added last, so they win. */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
}

/** The text of a server.properties for a small KRaft cluster on this machine. */
export function kafkaProperties({ node, cluster, logDir, overrides }: KafkaProperties): string {
  const replicas = String(Math.min(cluster.length, 3));
  const minInSync = String(Math.max(1, Math.min(cluster.length, 3) - 1));
  const voters = cluster.map((n) => `${n.id}@127.0.0.1:${n.controllerPort}`);
  const lines = {
    "process.roles": "broker,controller",
    "node.id": String(node.id),
    "controller.quorum.voters": voters.join(","),
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    listeners: `PLAINTEXT://127.0.0.1:${node.brokerPort},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${node.brokerPort}`,
    // Java reads a backslash as an escape.
    "log.dirs": logDir.replaceAll("\\", "/"),
    "auto.create.topics.enable": "false",
    "default.replication.factor": replicas,
    "min.insync.replicas": minInSync,
    "unclean.leader.election.enable": "false",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": replicas,
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": minInSync,
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": replicas,
    "share.coordinator.state.topic.min.isr": minInSync,
    // A broker that was killed is let in again only when its last session has run out (default 9 s).
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    // Index files are made at full size for every partition; the defaults would fill a disk.
    "log.index.size.max.bytes": "1048576",
    "log.segment.bytes": "67108864",
    // The default of 128 MB would be a quarter of the heap.
    "log.cleaner.dedupe.buffer.size": "8388608",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    ...overrides,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
