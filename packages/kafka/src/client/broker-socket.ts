import { connect, type Socket } from "node:net";
import { AnswerWatch } from "./answer-watch.ts";

type Written = (error?: Error | null) => void;

const LOOK_MS = 500;
const KEEP_ALIVE_MS = 60_000;

/**
 * Opens a connection that ends, as if the broker had closed it, when the broker leaves it without
 * an answer. A broker that froze or is cut off closes nothing, and kafkajs would ask the same one
 * again after each of its timeouts, for minutes after others took over; at a closed connection it
 * looks for the new leaders.
 */
export function openBrokerSocket(o: { host: string; port: number; onConnect: () => void }): Socket {
  // Each request is written whole: held back until the one before is answered it would only wait.
  const socket = connect({ host: o.host, port: o.port, noDelay: true }, o.onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  const answers = new AnswerWatch();
  socket.on("data", (bytes: Buffer) => answers.received(bytes, performance.now()));

  // kafkajs writes each request whole. Not by a subclass: `connect` puts the original back.
  const write = socket.write.bind(socket);
  socket.write = (
    bytes: Uint8Array | string,
    encoding?: BufferEncoding | Written,
    done?: Written,
  ): boolean => {
    if (typeof bytes !== "string") answers.asked(bytes, performance.now());
    return typeof encoding === "function" ? write(bytes, encoding) : write(bytes, encoding, done);
  };

  const timer = setInterval(() => {
    if (!answers.overdue(performance.now())) return;
    clearInterval(timer);
    // Registered last: kafkajs hears of the end before the connection is torn down.
    socket.once("end", () => socket.destroy());
    socket.push(null);
  }, LOOK_MS).unref();
  socket.once("close", () => clearInterval(timer));
  return socket;
}
