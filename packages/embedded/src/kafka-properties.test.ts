import { expect, test } from "vitest";
import { kafkaProperties } from "./kafka-properties.ts";

const one = { id: 1, brokerPort: 9092, controllerPort: 9093 };
const two = { id: 2, brokerPort: 9192, controllerPort: 9193 };
const three = { id: 3, brokerPort: 9292, controllerPort: 9293 };

function parse(text: string): Record<string, string> {
  return Object.fromEntries(text.split("\n").map((line) => line.split(/=(.*)/s, 2)));
}

test("a single node replicates nothing and waits for nobody", () => {
  const lines = parse(kafkaProperties({ node: one, cluster: [one], logDir: "/data" }));
  expect(lines).toMatchObject({
    "controller.quorum.voters": "1@127.0.0.1:9093",
    listeners: "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
    "offsets.topic.replication.factor": "1",
    "min.insync.replicas": "1",
    "auto.create.topics.enable": "false",
  });
});

test("three nodes know each other and survive the loss of one", () => {
  const cluster = [one, two, three];
  const lines = parse(kafkaProperties({ node: two, cluster, logDir: "/data" }));
  expect(lines).toMatchObject({
    "node.id": "2",
    "controller.quorum.voters": "1@127.0.0.1:9093,2@127.0.0.1:9193,3@127.0.0.1:9293",
    "offsets.topic.replication.factor": "3",
    "min.insync.replicas": "2",
  });
});

test("overrides win", () => {
  const overrides = { "num.io.threads": "16" };
  const text = kafkaProperties({ node: one, cluster: [one], logDir: "/data", overrides });
  expect(parse(text)["num.io.threads"]).toBe("16");
});
