import { randomUUID } from "node:crypto";
import { deriveId, PulseError } from "@pulsecourier/contracts";
import type { GatewayContext } from "../context.ts";
import { problemOf, toPulseError } from "../http/problem.ts";
import type { Answer, Incoming } from "../http/route.ts";
import { fingerprintOf, readIdempotencyKey } from "./idempotency-key.ts";
import { claimKey, finishKey, type Minted, releaseKey } from "./idempotency-store.ts";

type Caller = { tenant: string; rawBody: Buffer } & Pick<Incoming, "method" | "path" | "headers">;
type Work = (minted: Minted) => Promise<Answer>;

/**
 * Runs `work` under a minted event id and accept time. With an Idempotency-Key both are committed before `work`
 * runs, so that a repeat after a crash or a 503 produces under the same id; a finished result is replayed.
 */
export async function idempotently(
  caller: Caller,
  context: GatewayContext,
  work: Work,
): Promise<Answer> {
  const key = readIdempotencyKey(caller.headers);
  const { tenant } = caller;
  const acceptedAt = Date.now();
  const eventId = deriveId(context.secrets.ids, tenant, acceptedAt, [randomUUID()]);
  if (key === null) return work({ eventId, acceptedAt });

  const fingerprint = fingerprintOf(caller);
  const claim = await claimKey(context.db, { tenant, key, fingerprint, eventId, acceptedAt });
  switch (claim.kind) {
    case "claimed":
      return runAndStore({ tenant, key }, context, () => work(claim));
    case "done":
      return replay(claim.status, claim.response);
    case "running": {
      const { retryAfterSeconds } = claim;
      throw new PulseError("idempotency_key_in_use", undefined, { retryAfterSeconds });
    }
    case "reused":
      throw new PulseError("idempotency_key_reused");
  }
}

type Claimed = { tenant: string; key: string };

async function runAndStore(
  of: Claimed,
  context: GatewayContext,
  work: () => Promise<Answer>,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await work();
  } catch (thrown) {
    await settleRefused(of, context, toPulseError(thrown));
    throw thrown;
  }
  const response = JSON.stringify(answer.body);
  await settled(context, finishKey(context.db, { ...of, status: answer.status, response }));
  const headers = { "content-type": "application/json" };
  return { status: answer.status, text: response, headers: { ...headers, ...answer.headers } };
}

/** A refusal is a result like any other; running out of something is none. */
async function settleRefused(
  of: Claimed,
  context: GatewayContext,
  error: PulseError,
): Promise<void> {
  const problem = problemOf(error);
  const isResult = problem.status < 500 && problem.status !== 429;
  const response = JSON.stringify(problem);
  const store = isResult
    ? finishKey(context.db, { ...of, status: problem.status, response })
    : releaseKey(context.db, of);
  await settled(context, store);
}

/** When Postgres goes away here the answer stands: the row goes stale and is retaken under the same id. */
async function settled(context: GatewayContext, store: Promise<void>): Promise<void> {
  try {
    await store;
  } catch (err) {
    context.logger.warn(
      { err },
      "an idempotency row could not be settled; it is retaken when stale",
    );
  }
}

function replay(status: number, response: string): Answer {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return {
    status,
    text: response,
    headers: { "content-type": type, "idempotent-replayed": "true" },
  };
}
