import { setTimeout as delay } from "node:timers/promises";
import type { EmbeddedServer } from "@pulsecourier/embedded";
import { canMount, moveToSmallDisk } from "../cluster/small-disk.ts";
import type { Fault, Strike } from "../fault.ts";
import type { PlannedSend } from "../load/plan-load.ts";
import type { Target } from "../target.ts";

const SPARE_MB = 64;
/** How long the disk stays full, so that every client has noticed, and how often is asked meanwhile. */
const FULL_MS = 8_000;
const ASK_MS = 200;
/** A server that does not work in this time after it has room again is started anew, as its operator would. */
const AGAIN_MS = 5_000;
const PATIENCE_MS = 60_000;

/** On a file system of its own, which only root may mount. */
export const fullDisk: Fault[] = [
  fault("the broker", "full-disk-broker", ({ brokers: [broker] }) => broker),
  fault("Postgres", "full-disk-database", ({ postgres }) => postgres),
];

function fault(
  whose: string,
  name: string,
  serverOf: (target: Target) => EmbeddedServer | undefined,
): Fault {
  return {
    name,
    what: `the disk of ${whose} is full for ${FULL_MS / 1_000} s`,
    topology: "single",
    longOnly: true,
    lanes: ["critical", "normal"],
    loadMs: 15_000,
    ...(canMount ? {} : { skip: "only root on Linux can mount a small disk" }),
    async strike(target, _random, run) {
      const server = serverOf(target);
      if (server === undefined) throw new Error(`There is no server of ${whose}.`);
      const disk = await moveToSmallDisk(server, SPARE_MB);
      try {
        await untilAccepted(run, "before");
        disk.fill();
        const { refused, accepted } = await askWhileFull(run);
        disk.free();
        const restarts = await bringBack(server, run);
        return {
          figures: { refused, acceptedWhileFull: accepted, restarts },
          problems: refused === 0 ? [`${whose} had no room, and nothing was refused`] : [],
        };
      } finally {
        disk.free();
        await disk.remove();
      }
    },
  };
}

/** One message without a key: sent once. */
function question(recipient: string, atMs: number): PlannedSend {
  const message = { recipient, channels: ["email"] as const };
  return { atMs, lane: "normal", way: "notification", key: null, message };
}

async function askWhileFull({ prefix, send }: Strike) {
  const questions = Array.from({ length: FULL_MS / ASK_MS }, (_, index) =>
    question(`${prefix}-full-${index}`, index * ASK_MS),
  );
  const records = await send(questions);
  return {
    refused: records.filter(({ detail }) => detail?.startsWith("503")).length,
    accepted: records.filter(({ result }) => result === "ok").length,
  };
}

/** Asks until something is accepted; rejects after a minute, or when the signal does. */
async function untilAccepted({ prefix, send }: Strike, when: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let count = 1; ; count += 1) {
    const [record] = await send([question(`${prefix}-${when}-${count}`, 0)]);
    if (record?.result === "ok") return;
    if (performance.now() > deadline) throw new Error(`Nothing was accepted ${when} for a minute.`);
    await delay(ASK_MS);
  }
}

/** Starts a server that gave up, or does not get over it; gives how often it was started. */
async function bringBack(server: EmbeddedServer, run: Strike): Promise<number> {
  const again = untilAccepted(run, "again");
  const works = await Promise.race([again.then(() => true), delay(AGAIN_MS).then(() => false)]);
  if (works) return 0;
  if (server.pid !== 0) await server.kill();
  await server.start();
  await again;
  return 1;
}
