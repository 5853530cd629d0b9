import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { testKafka } from "@pulsecourier/testkit";
import { Kafka, logLevel } from "kafkajs";
import { expect, it, onTestFinished } from "vitest";
import { testCluster } from "../testing/test-cluster.ts";

it("warns of nothing that gathers when a connection ends under many requests", async () => {
  const warnings: string[] = [];
  const keep = ({ message }: Error) => void warnings.push(message);
  process.on("warning", keep);
  onTestFinished(() => void process.off("warning", keep));
  const topic = await testCluster(testKafka().brokers).createTopic("ended");
  const sockets: Socket[] = [];
  const kafka = new Kafka({
    brokers: testKafka().brokers.split(","),
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port }, onConnect);
      sockets.push(socket);
      return socket;
    },
  });
  const producer = kafka.producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  const send = () => producer.send({ topic, messages: [{ value: "v" }] });
  await send();
  const sends = Array.from({ length: 20 }, send);
  await turn();
  for (const socket of sockets) {
    socket.once("end", () => socket.destroy());
    socket.push(null);
  }
  const answers = await Promise.allSettled(sends);
  expect(answers.filter(({ status }) => status === "rejected").length).toBeGreaterThan(10);
  await turn();
  expect(warnings).toEqual([]);
});
