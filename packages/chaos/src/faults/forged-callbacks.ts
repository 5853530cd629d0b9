import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { forgeCallbacks } from "../callbacks/forge-callbacks.ts";
import { type Followed, readFollowed } from "../callbacks/read-followed.ts";
import { sendReported } from "../callbacks/reported-mails.ts";
import { takeCallbacks, type TakenCallback } from "../callbacks/take-callbacks.ts";
import { until } from "../callbacks/until.ts";
import { withReceipts } from "../callbacks/with-receipts.ts";
import type { Fault, Strike } from "../fault.ts";
import type { Target } from "../target.ts";

const REPLAYS = 5;
/** What was taken is seen by clients within this, ms. */
const SEEN_MS = 1_000;

export const forgedCallbacks: Fault = {
  name: "forged-callbacks",
  what: "the provider's callbacks altered, signed by strangers, an hour old, and genuine ones again and again",
  topology: "single",
  load: "none",
  strike: (target, _random, run) =>
    withReceipts(target, async (url) => {
      const at = { target, run, url };
      const reported = [await reportBounces("wrong", at), await reportBounces("stale", at)];
      const { genuine, sent } = await captureGenuine(at);
      const before = await readFollowed(run.prefix, target);
      const forged = await postForged(genuine, url);
      await delay(SEEN_MS);
      const after = await readFollowed(run.prefix, target);
      const replayed = await replay(genuine, sent, at);
      const all = [...reported, forged];
      return {
        figures: {
          refused: all.reduce((sum, { refused }) => sum + refused, 0),
          taken: all.reduce((sum, { taken }) => sum + taken, 0),
          replayed: REPLAYS * genuine.length,
        },
        problems: [
          ...all.flatMap(({ refused, taken, about }) =>
            refused > 0 && taken === 0 ? [] : [`${about}: ${refused} refused, ${taken} taken`],
          ),
          ...(isDeepStrictEqual(before, after) ? [] : ["forged callbacks changed something"]),
          ...wronged(after),
          ...replayed,
        ],
      };
    }),
};

type At = { target: Target; run: Strike; url: string };
type Answers = { about: string; refused: number; taken: number };

/** Bounces by a stranger's key, or as of an hour ago. */
async function reportBounces(
  signing: "wrong" | "stale",
  { target, run, url }: At,
): Promise<Answers> {
  const receipts = { url, signing, bounceRate: 1, delayMs: 100 };
  const { answers } = await sendReported({ name: signing, receipts }, { target, run });
  return { about: `${signing} signatures`, refused: answers(401), taken: answers(204) };
}

/** What the provider reports of mails, kept from the gateway. */
async function captureGenuine({ target, run }: At) {
  const receiver = await takeCallbacks();
  try {
    const receipts = { url: receiver.url, delayMs: 100 };
    const { sent } = await sendReported({ name: "genuine", receipts }, { target, run });
    await until("all mails are known to be sent", async () => {
      const { statuses } = await readFollowed(run.prefix, target);
      return [...statuses.values()].every((status) => status === "sent");
    });
    return { genuine: receiver.taken, sent };
  } finally {
    receiver.close();
  }
}

async function postForged(genuine: readonly TakenCallback[], url: string): Promise<Answers> {
  const statuses: string[] = [];
  for (const [index, callback] of genuine.entries()) {
    const other = genuine[(index + 1) % genuine.length] ?? callback;
    for (const [how, forged] of Object.entries(forgeCallbacks(callback, other)))
      statuses.push(`${how}: ${await post(forged, url)}`);
  }
  const wrong = statuses.filter((status) => !status.endsWith(": 401"));
  const about = `forged callbacks (${[...new Set(wrong)].join(", ")})`;
  return { about, refused: statuses.length - wrong.length, taken: wrong.length };
}

/** Posts the genuine ones, then all of them again and again: each report is in its timeline once. */
async function replay(
  genuine: readonly TakenCallback[],
  sent: number,
  { target, run, url }: At,
): Promise<string[]> {
  const statuses = new Set<number>();
  for (let time = 0; time <= REPLAYS; time += 1)
    for (const callback of genuine) statuses.add(await post(callback, url));
  const delivered = async () =>
    [...(await readFollowed(run.prefix, target)).facts].filter(([key]) =>
      key.endsWith("delivery.delivered"),
    );
  await until("genuine callbacks are seen", async () => (await delivered()).length === sent);
  await delay(SEEN_MS);
  const often = (await delivered()).filter(([, times]) => times > 1);
  return [
    ...(isDeepStrictEqual([...statuses], [204]) ? [] : [`replays: ${[...statuses].join(", ")}`]),
    ...often.map(([key, times]) => `${key} is there ${times} times`),
  ];
}

async function post({ headers, body }: TakenCallback, url: string): Promise<number> {
  const response = await fetch(url, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** Nothing genuine was told so far. */
function wronged({ statuses, suppressed }: Followed): string[] {
  return [
    ...[...statuses]
      .filter(([, status]) => status !== "sent")
      .map(([id, status]) => `${id} is ${status}`),
    ...suppressed.map((address) => `${address} is suppressed`),
  ];
}
