import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

const TIMES = 5;

export const flushRedis: Fault = {
  name: "flush-redis",
  what: `FLUSHALL of Redis, ${TIMES} times`,
  topology: "single",
  async strike({ dev }, random) {
    for (let time = 0; time < TIMES; time += 1) {
      await flushAll(new URL(dev.redis));
      await delay(random.whole(0, 400));
    }
  },
};

/** An inline command of the protocol needs no client. */
async function flushAll({ hostname, port }: URL): Promise<void> {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write("FLUSHALL\r\n");
  const [answer]: Buffer[] = await once(socket, "data");
  socket.destroy();
  if (!answer?.toString().startsWith("+OK")) throw new Error(`Redis answered ${String(answer)}`);
}
