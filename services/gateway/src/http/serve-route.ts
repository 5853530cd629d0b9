import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { PulseError } from "@pulsecourier/contracts";
import { childSpan, newTrace, parseTraceparent } from "@pulsecourier/observability";
import type { Request, Response } from "express";
import type { GatewayContext } from "../context.ts";
import { problemOf, retryAfterOf, toPulseError } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { Answer, Incoming, Route } from "./route.ts";

type Serve = (request: Request, response: Response) => Promise<void>;

/** The one way of every request: run the route, turn what it throws into problem+json, answer, measure. */
export function serveRoute(route: Route, context: GatewayContext): Serve {
  const name = `${route.method.toUpperCase()} ${route.path}`;
  const { requests, durations } = httpMetrics(context);
  return async (request, response) => {
    const started = performance.now();
    const incoming = toIncoming(request);
    let answer: Answer;
    try {
      answer = await route.run(incoming, context);
    } catch (thrown) {
      answer = problemAnswer(thrown, incoming, context);
    }
    send(response, answer, incoming);
    requests.labels(name, String(answer.status)).inc();
    durations.labels(name).observe((performance.now() - started) / 1_000);
  };
}

/** Answers with the error, whatever the path; for requests no route takes. */
export function serveError(error: PulseError, context: GatewayContext): Serve {
  const { requests } = httpMetrics(context);
  return async (request, response) => {
    const incoming = toIncoming(request);
    const answer = problemAnswer(error, incoming, context);
    send(response, answer, incoming);
    requests.labels("none", String(answer.status)).inc();
  };
}

function httpMetrics({ metrics }: GatewayContext) {
  return {
    requests: metrics.counter({
      name: "pulse_http_requests_total",
      help: "Requests answered, by route and status",
      labels: ["route", "status"],
    }),
    durations: metrics.histogram({
      name: "pulse_http_request_duration_seconds",
      help: "Time from the request's headers to its answer, by route",
      labels: ["route"],
    }),
  };
}

function toIncoming(request: Request): Incoming {
  const [path = "/", search = ""] = request.originalUrl.split("?", 2);
  const parent = parseTraceparent(header(request, "traceparent"));
  return {
    method: request.method,
    path,
    // Our paths have no wildcards, the only parameters with several values.
    params: request.params as Record<string, string>,
    search,
    headers: request.headers,
    requestId: requestIdOf(request),
    trace: parent ? childSpan(parent) : newTrace(),
    replyHeaders: {},
    readBody: (limit, hint) => readBody(request, limit, hint),
    content: request,
  };
}

function requestIdOf(request: IncomingMessage): string {
  const given = header(request, "x-request-id");
  return given !== undefined && /^[\w.:/+=-]{1,128}$/.test(given) ? given : randomUUID();
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function problemAnswer(thrown: unknown, incoming: Incoming, { logger }: GatewayContext): Answer {
  const error = toPulseError(thrown);
  const problem = problemOf(error);
  const { requestId, path: instance } = incoming;
  const { traceId } = incoming.trace;
  if (problem.status >= 500) {
    logger.warn({ err: error, requestId, traceId, method: incoming.method }, "request failed");
  }
  const retryAfter = retryAfterOf(error);
  return {
    status: problem.status,
    text: JSON.stringify({ ...problem, instance, requestId, traceId }),
    headers: {
      "content-type": "application/problem+json",
      ...(problem.status === 401 &&
        error.code !== "invalid_signature" && { "www-authenticate": "Bearer" }),
      ...(retryAfter !== null && { "retry-after": String(retryAfter) }),
    },
  };
}

function send(response: Response, answer: Answer, incoming: Incoming): void {
  const text = answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    ...(answer.body !== undefined && { "content-type": "application/json" }),
    ...(answer.status !== 204 && { "content-length": Buffer.byteLength(text) }),
    "cache-control": "no-store",
    "x-request-id": incoming.requestId,
    ...incoming.replyHeaders,
    ...answer.headers,
  });
  response.end(incoming.method === "HEAD" ? undefined : text);
}
