import { createDispatcher } from "./dispatcher.ts";
import { type AnswerHeaders, httpFailure } from "./http-outcome.ts";
import type {
  OutgoingMessage,
  ProviderAccount,
  ProviderDeps,
  ProviderOutcome,
  SendContext,
} from "./provider.ts";

/** One POST; `path` is below the account's base URL. */
export type HttpRequest = { path: string; headers: Record<string, string>; body: string };
export type HttpAnswer = { status: number; headers: AnswerHeaders; body: string };

type HttpAccountOptions = {
  baseUrl: string;
  deps: Pick<ProviderDeps, "callTimeoutMs" | "concurrency">;
  /** The request a message becomes. */
  request(message: OutgoingMessage, context: SendContext): HttpRequest;
  /** What an answer means. Throws when it cannot be read, which leaves open whether the message was taken. */
  read(answer: HttpAnswer): ProviderOutcome;
};

/**
 * An account at an HTTP API that takes one POST per message: pooled connections, the time limit, and what it means
 * when no answer comes. Every request names its delivery in `x-pulse-delivery` and its trace in `traceparent`.
 */
export function httpAccount({ baseUrl, deps, request, read }: HttpAccountOptions): ProviderAccount {
  const { callTimeoutMs: timeoutMs, concurrency: connections } = deps;
  const pool = createDispatcher({ url: baseUrl, connections, timeoutMs });
  const base = new URL(baseUrl).pathname.replace(/\/$/, "");
  return {
    async send(message, context) {
      const { path, headers, body } = request(message, context);
      const { traceparent, idempotencyKey } = context;
      try {
        const answer = await pool.request({
          method: "POST",
          path: base + path,
          headers: { ...headers, traceparent, "x-pulse-delivery": idempotencyKey },
          body,
          signal: context.signal,
        });
        const { statusCode: status } = answer;
        return readSafely(read, {
          status,
          headers: answer.headers,
          body: await answer.body.text(),
        });
      } catch (error) {
        return httpFailure(error);
      }
    },
    close: () => pool.close(),
  };
}

function readSafely(read: HttpAccountOptions["read"], answer: HttpAnswer): ProviderOutcome {
  try {
    return read(answer);
  } catch {
    return { kind: "ambiguous", detail: `its answer, status ${answer.status}, cannot be read` };
  }
}
