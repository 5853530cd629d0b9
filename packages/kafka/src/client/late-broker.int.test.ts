import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { testKafka } from "@pulsecourier/testkit";
import { expect, it, onTestFinished } from "vitest";
import { createProducer } from "../producer/producer.ts";
import { silent, testCluster } from "../testing/test-cluster.ts";
import { createKafka } from "./connection.ts";

/** Longer than a client waits for the answer to a request, 10 s. */
const LATE_MS = 12_000;

it("uses a broker that took a connection and answered the first question too late", async () => {
  const topic = await testCluster(testKafka().brokers).createTopic("late");
  const address = await openLateBroker(testKafka().brokers.split(",")[0] ?? "");
  const kafka = createKafka({ brokers: [address], clientId: "late", logger: silent });
  const producer = await createProducer({ kafka, timeoutMs: 25_000 });
  onTestFinished(() => producer.close());
  const record = { topic, key: "k", value: "v", headers: {} };
  await expect(producer.send([record])).resolves.toHaveLength(1);
});

/** Stands before a broker, as one that froze does: connections open at once, what they say goes on after a while. */
async function openLateBroker(address: string): Promise<string> {
  const [host = "", port = ""] = address.split(":");
  const sockets = new Set<Socket>();
  const thawsAt = Date.now() + LATE_MS;
  const server = createServer((socket) => {
    const pass = () => {
      const broker = connect(Number(port), host);
      for (const one of [socket, broker]) one.on("error", () => one.destroy());
      sockets.add(broker);
      socket.pipe(broker).pipe(socket);
    };
    sockets.add(socket);
    setTimeout(pass, Math.max(0, thawsAt - Date.now()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
