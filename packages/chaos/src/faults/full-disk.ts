import { setTimeout as delay } from "node:timers/promises";
import type { Db } from "@pulsecourier/db";
import type { EmbeddedServer } from "@pulsecourier/embedded";
import { canMount, moveToSmallDisk } from "../cluster/small-disk.ts";
import type { Fault, Strike } from "../fault.ts";
import type { PlannedSend } from "../load/plan-load.ts";
import type { Target } from "../target.ts";

const SPARE_MB = 64;
/** More than Postgres keeps of its log, MB. */
const MOST_SET_ASIDE_MB = 1_024;
/** So many in a row say that there is no room: connections from before the server's restart fail once each. */
const FAILURES = 10;
/** How long the disk stays full, so that every client has noticed, and how often is asked meanwhile. */
const FULL_MS = 8_000;
const ASK_MS = 200;
/** A server that does not work in this time after it has room again is started anew, as its operator would. */
const AGAIN_MS = 5_000;
const PATIENCE_MS = 60_000;

/** On a file system of its own, which only root may mount. */
export const fullDisk: Fault[] = [
  fault("the broker", "full-disk-broker", { serverOf: ({ brokers: [broker] }) => broker }),
  fault("Postgres", "full-disk-database", {
    serverOf: ({ postgres }) => postgres,
    useUp: ({ db }) => writeUntilFull(db),
  }),
];

function fault(
  whose: string,
  name: string,
  o: {
    serverOf: (target: Target) => EmbeddedServer | undefined;
    /** Uses up what the server has set aside before the disk was full. */
    useUp?: (target: Target) => Promise<void>;
  },
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
      const server = o.serverOf(target);
      if (server === undefined) throw new Error(`There is no server of ${whose}.`);
      const disk = await moveToSmallDisk(server, SPARE_MB);
      try {
        await untilAccepted(run, "before");
        disk.fill();
        await o.useUp?.(target);
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

/** Postgres keeps files of its log for later and writes on in them: messages in the log fill those, and no table. */
async function writeUntilFull(db: Db): Promise<void> {
  const sql = "select pg_logical_emit_message(false, 'chaos', repeat('x', 1048576))";
  let failures = 0;
  for (let written = 0; written < MOST_SET_ASIDE_MB; written += 1) {
    const failed = await db.query("fill-log", sql, []).then(
      () => false,
      () => true,
    );
    failures = failed ? failures + 1 : 0;
    if (failures === FAILURES) return;
  }
  throw new Error(`Postgres wrote ${MOST_SET_ASIDE_MB} MB to a full disk.`);
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
