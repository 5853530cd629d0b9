import type { IncomingHttpHeaders } from "node:http";
import { PulseError } from "@pulsecourier/contracts";
import type { Trace } from "@pulsecourier/observability";
import type { z } from "zod";
import type { GatewayContext } from "../context.ts";
import { authenticate, type Callers } from "./authenticate.ts";
import { parseJson } from "./parse-json.ts";
import { parsed, toProblems } from "./schema-problems.ts";
import { withDeadline } from "./with-deadline.ts";

/** Bytes a body may have unless the route says otherwise. */
export const DEFAULT_BODY_LIMIT = 1024 * 1024;
const DEFAULT_DEADLINE_MS = 6_000;

type Method = "get" | "post" | "put" | "patch" | "delete";

/** `{ id: string }` for `/v1/rules/:id`. */
type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Record<Name, string> & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Record<Name, string>
    : object;

/** An answer: `body` is sent as JSON; `text` as it is, with the content type its headers name. */
export type Answer = {
  status: number;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
};

/** A request as it arrived, before anything about it is trusted. */
export type Incoming = {
  method: string;
  path: string;
  params: Record<string, string>;
  /** The query string, without its question mark. */
  search: string;
  headers: IncomingHttpHeaders;
  requestId: string;
  /** The span of this request; goes into the headers of what it produces. */
  trace: Trace;
  /** Headers the answer gets, an error's too. */
  replyHeaders: Record<string, string>;
  /** Rejects with `body_too_large`. */
  readBody: (limit: number, hint?: string) => Promise<Buffer>;
  /** The body as it comes in; only for routes that have it read nowhere else. */
  content: AsyncIterable<Buffer>;
};

/** What a handler gets: the checked parts, and who calls (`key`/`recipient` by the route's scope). */
export type RouteRequest<Path extends string, Body, Query> = {
  params: ParamsOf<Path>;
  body: Body;
  query: Query;
  /** The body as it was sent; empty when the route takes none. */
  rawBody: Buffer;
} & Pick<Incoming, "method" | "path" | "search" | "headers" | "requestId" | "trace" | "content">;

type RouteDefinition<Scope extends keyof Callers, Path extends string, Body, Query> = {
  method: Method;
  /** With parameters as `:name`. */
  path: Path;
  /** Who may call: a key with this scope, `inbox` (a recipient's token), or `none` (anybody). */
  scope: Scope;
  /** JSON body; unknown fields are refused when the schema is strict. */
  body?: z.ZodType<Body>;
  /** Query parameters, all text. */
  query?: z.ZodType<Query>;
  /** Media types taken; default `application/json` when there is a `body` schema, else no body is read. */
  contentTypes?: readonly string[];
  bodyLimit?: number;
  /** What to do about a body over the limit. */
  bodyHint?: string;
  /** After this many ms without an answer, the body's arrival not counted, the client gets 503. */
  deadlineMs?: number;
  handler: (
    request: RouteRequest<Path, Body, Query> & Callers[Scope],
    context: GatewayContext,
  ) => Promise<Answer> | Answer;
};

/** A route with its types closed over. */
export type Route = {
  method: Method;
  path: string;
  run: (incoming: Incoming, context: GatewayContext) => Promise<Answer>;
};

/** Defines a route; body and query are checked by their schemas, whose types the handler sees. */
export function route<Scope extends keyof Callers, Path extends string, Body, Query>(
  definition: RouteDefinition<Scope, Path, Body, Query>,
): Route {
  const { method, path, scope, handler, deadlineMs = DEFAULT_DEADLINE_MS } = definition;
  const contentTypes = definition.contentTypes ?? (definition.body ? ["application/json"] : []);
  return {
    method,
    path,
    run: async (incoming, context) => {
      const caller = await withDeadline(authenticate[scope](incoming, context), deadlineMs);
      const query = readQuery(definition.query, incoming.search);
      let rawBody: Buffer = NO_BODY;
      if (contentTypes.length > 0) {
        requireContentType(incoming.headers, contentTypes);
        const { bodyLimit = DEFAULT_BODY_LIMIT, bodyHint } = definition;
        rawBody = await incoming.readBody(bodyLimit, bodyHint);
      }
      const body = definition.body ? parsed(definition.body, parseJson(rawBody)) : undefined;
      const { path: asked, search, headers, requestId, trace, content } = incoming;
      const request = { method, path: asked, search, headers, requestId, trace, content, rawBody };
      // Express fills every parameter the path names; without a schema nobody can see `body`'s type.
      const typed = {
        ...request,
        params: incoming.params as ParamsOf<Path>,
        body: body as Body,
        query,
      };
      return withDeadline(handler({ ...typed, ...caller }, context), deadlineMs);
    },
  };
}

const NO_BODY: Buffer = Buffer.alloc(0);

/** The media type of the body without its parameters, in lower case; empty when the client named none. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function requireContentType(headers: IncomingHttpHeaders, allowed: readonly string[]): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    throw new PulseError("unsupported_media_type", "Send the body without content-encoding.");
  }
  if (allowed.includes(mediaTypeOf(headers))) return;
  throw new PulseError("unsupported_media_type", `Send the body as ${allowed.join(" or ")}.`);
}

function readQuery<Query>(schema: z.ZodType<Query> | undefined, search: string): Query {
  // Without a schema nobody can see the query's type.
  if (schema === undefined) return undefined as Query;
  const result = schema.safeParse(Object.fromEntries(new URLSearchParams(search)));
  if (result.success) return result.data;
  const problems = toProblems(result.error.issues);
  const places = problems.map(({ pointer, detail }) => `${pointer.slice(1) || "query"}: ${detail}`);
  throw new PulseError("malformed_request", `Query parameters: ${places.join("; ")}`);
}
