import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Plan } from "./behaviours.ts";
import { createMessageIds } from "./message-ids.ts";
import type { Answer, HttpProvider, ProviderContext, Reception } from "./provider.ts";

/** What requests and responses of HTTP/1 and HTTP/2 have in common. */
type Incoming = Readable & {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
};
type Outgoing = {
  writeHead(status: number, headers: Record<string, string>): { end(text: string): unknown };
  on(event: "close" | "finish", listener: () => void): unknown;
  destroy(): unknown;
};

type Call = ProviderContext & {
  provider: HttpProvider;
  res: Outgoing;
  id: string;
  bytes: number;
  traceparent: string | undefined;
  /** `x-pulse-delivery`, for APIs that echo nothing of ours. */
  deliveryId: string | undefined;
};

/**
 * Serves the providers that are called over HTTP. Each call is read (bounded), understood by its provider, then
 * carried out as scripted: answered, refused, delayed or left hanging. False when no provider serves the path.
 * This is the route load tests go through, hence node:http without a framework.
 */
export function createWire(providers: HttpProvider[], context: ProviderContext) {
  const nextId = createMessageIds();
  return (req: Incoming, res: Outgoing): boolean => {
    const url = req.url ?? "";
    const query = url.indexOf("?");
    const path = query === -1 ? url : url.slice(0, query);
    const provider = providers.find((candidate) => candidate.serves(path));
    if (!provider) return false;
    readBody(req, provider.maxBodyBytes, (body, bytes) => {
      const traceparent = headerOf(req, "traceparent");
      const deliveryId = headerOf(req, "x-pulse-delivery");
      const call = { ...context, provider, res, id: nextId(), bytes, traceparent, deliveryId };
      if (!body) return refuseOversized(call);
      const { secrets = [] } = context.behaviours.get(provider.name);
      const { method = "", headers } = req;
      const request = { method, path, headers, body, secrets, id: call.id };
      const reception = provider.receive(request);
      if (!(reception instanceof Promise)) return carryOut(call, reception);
      reception.then(
        (received) => carryOut(call, received),
        () => res.destroy(),
      );
    });
    return true;
  };
}

function readBody(
  req: Incoming,
  maxBytes: number,
  done: (body: Buffer | undefined, bytes: number) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  req.on("data", (chunk: Buffer) => {
    if (bytes > maxBytes) return;
    bytes += chunk.length;
    if (bytes > maxBytes) done(undefined, bytes);
    else chunks.push(chunk);
  });
  req.on("end", () => {
    if (bytes <= maxBytes) done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks), bytes);
  });
}

function headerOf({ headers }: Incoming, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value.slice(0, 128) : undefined;
}

function refuseOversized(call: Call): void {
  const answer = call.provider.refuse(413);
  record(call, { answer, messages: [] }, 413, false);
  call.res.on("finish", () => call.res.destroy());
  write(call.res, { ...answer, headers: { ...answer.headers, connection: "close" } });
}

function carryOut(call: Call, reception: Reception): void {
  const { answer, messages } = reception;
  if (messages.length === 0) {
    if (answer.status >= 400) record(call, reception, answer.status, false);
    return write(call.res, answer);
  }
  const recipients = messages.flatMap((message) => message.to);
  const plan = call.behaviours.plan(call.provider.name, recipients);
  if (plan.delayMs > 0) setTimeout(follow, plan.delayMs, call, reception, plan);
  else follow(call, reception, plan);
}

function follow(call: Call, reception: Reception, plan: Plan): void {
  const { provider, res } = call;
  if (plan.kind === "hang") {
    record(call, reception, null, false);
    return hang(call);
  }
  if (plan.kind === "refuse") {
    const usual = provider.refuse(plan.status, plan.retryAfterSeconds);
    // Not every API refuses by the status: Slack's says so in a 200.
    const { status } = usual;
    record(call, reception, status, false);
    return write(res, { ...override(usual, plan), status });
  }
  const answer = override(reception.answer, plan);
  record(call, reception, plan.hang ? null : answer.status, true);
  if (plan.hang) return hang(call);
  write(res, answer);
}

function override(usual: Answer, { answer }: Extract<Plan, { kind: "accept" | "refuse" }>): Answer {
  if (!answer) return usual;
  return {
    status: answer.status ?? usual.status,
    headers: { ...usual.headers, ...answer.headers },
    body: answer.body ?? usual.body,
  };
}

function hang({ hangs, res }: Call): void {
  const forget = hangs.hold(() => res.destroy());
  res.on("close", forget);
}

function record(
  call: Call,
  { messages }: Reception,
  status: number | null,
  accepted: boolean,
): void {
  const { journal, receipts, provider, id, bytes, traceparent, deliveryId } = call;
  const base = {
    at: Date.now(),
    provider: provider.name,
    channel: provider.channel,
    bytes,
    status,
    accepted,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  if (messages.length === 0) journal.record({ id, ...base, to: [] });
  for (const [index, received] of messages.entries()) {
    const { content, ...message } = received;
    const messageId = index === 0 ? id : `${id}.${index}`;
    journal.record({ id: messageId, ...base, ...message }, content);
    if (accepted) receipts.accepted(provider.name, received, received.id ?? messageId);
  }
}

function write(res: Outgoing, { status, headers, body }: Answer): void {
  if (body === undefined) {
    res.writeHead(status, { ...headers, "content-length": "0" }).end("");
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  res
    .writeHead(status, { "content-type": "application/json", ...headers, "content-length": length })
    .end(text);
}
