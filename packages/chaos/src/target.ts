import type { Api, DevFile } from "@pulsecourier/cli";
import type { IdSecret, TopicNames } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { EmbeddedServer } from "@pulsecourier/embedded";
import type { Kafka, Producer } from "@pulsecourier/kafka";
import type { Admin } from "kafkajs";
import type { Topology } from "./fault.ts";
import type { ServiceProcesses } from "./service-processes.ts";
import type { Simulator } from "./simulator.ts";

/** A running platform as faults get it. */
export type Target = {
  topology: Topology;
  services: ServiceProcesses;
  /** One, or three in the cluster; `start` brings a broker back on its log. */
  brokers: readonly EmbeddedServer[];
  postgres: EmbeddedServer;
  redis: EmbeddedServer;
  simulator: Simulator;
  /** Addresses and the key of the default tenant. */
  dev: DevFile;
  api: Api;
  /** As an upstream service writes to Kafka. */
  producer: Producer;
  kafka: Kafka;
  admin: Admin;
  topics: TopicNames;
  topicPrefix: string;
  db: Db;
  /** What ids are derived with. */
  secret: IdSecret;
  /** Calls a sender has in flight at most. */
  callSlots: number;
  /** How long a service may take to end. */
  shutdownDeadlineMs: number;
};
