import { Webhook } from "standardwebhooks";
import type { Answer, HttpProvider, MessageContent, Reception, WireRequest } from "../provider.ts";

/**
 * A receiver of webhooks, at any path below `/hooks/`. Checks signatures with the reference library of Standard
 * Webhooks when a behaviour names secrets.
 */
export const webhook: HttpProvider = {
  name: "webhook",
  channel: "webhook",
  maxBodyBytes: 1024 * 1024,
  serves: (path) => path.startsWith("/hooks/"),
  receive(request) {
    const { method, path, headers, id } = request;
    if (method !== "POST") return refused(405);
    const webhookId = headers["webhook-id"];
    const deliveryId = headers["x-pulse-delivery"];
    if (typeof webhookId !== "string") return refused(400);
    if (!verifies(request)) return refused(401);
    const signature = request.secrets.length > 0 ? "valid" : "unchecked";
    const text = request.body.toString();
    const message = {
      to: [path],
      subject: typeOf(text),
      ...(typeof deliveryId === "string" && { deliveryId }),
      args: { webhookId, signature },
      content: () => contentOf(request, text),
    };
    return { answer: { status: 200, body: { id } }, messages: [message] };
  },
  refuse,
};

function refuse(status: number, retryAfterSeconds?: number): Answer {
  if (retryAfterSeconds === undefined) return { status };
  return { status, headers: { "retry-after": String(retryAfterSeconds) } };
}

function refused(status: number): Reception {
  return { answer: refuse(status), messages: [] };
}

function verifies({ secrets, headers, body }: WireRequest): boolean {
  if (secrets.length === 0) return true;
  const signed = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(body, signed);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a status callback is about. */
function typeOf(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("type" in body)) return undefined;
    return typeof body.type === "string" ? body.type.slice(0, 500) : undefined;
  } catch {
    return undefined;
  }
}

function contentOf({ headers }: WireRequest, text: string): MessageContent {
  const shown = Object.entries(headers).map(([name, value]) => ({ name, value: String(value) }));
  return { text, headers: shown, attachments: [] };
}
