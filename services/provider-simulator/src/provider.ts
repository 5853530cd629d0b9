import type { IncomingHttpHeaders } from "node:http";
import type { Behaviours } from "./behaviours.ts";
import type { Hangs } from "./hangs.ts";
import type { Journal } from "./journal.ts";
import type { Receipts } from "./receipts/create-receipts.ts";

/** What a provider writes back over HTTP. A body that is not a string is sent as JSON. */
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** A file of a message; `sha256` in hexadecimal tells whether it arrived as it was. */
export type Attachment = { filename: string; type: string; bytes: number; sha256: string };

/** The whole message, for people to look at. */
export type MessageContent = {
  from?: string;
  replyTo?: string;
  text?: string;
  html?: string;
  headers: { name: string; value: string }[];
  attachments: Attachment[];
};

/** One message to one set of recipients, as a provider understood it. */
export type ReceivedMessage = {
  /** The id the provider answered with, where it is not the request's. */
  id?: string;
  to: string[];
  /** What lists show: a mail's subject, or how a message without one begins. */
  subject?: string;
  /** Our delivery's id if the message carries it, else the request's header; what duplicates are counted by. */
  deliveryId?: string;
  args?: Record<string, string>;
  /** Called only when somebody looks. */
  content: () => MessageContent | Promise<MessageContent>;
};

export type WireRequest = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Secrets its sender may sign with, as scripted; empty when signatures are not checked. */
  secrets: readonly string[];
  /** The id the provider gives this request if it accepts it. */
  id: string;
};

/** What a provider makes of a well-behaved day: the answer, and the messages it accepts with it. */
export type Reception = { answer: Answer; messages: ReceivedMessage[] };

/** A provider that is called over HTTP. Scripted behaviour, journal and limits are common to all; see `wire.ts`. */
export type HttpProvider = {
  name: string;
  channel: string;
  maxBodyBytes: number;
  serves(path: string): boolean;
  receive(request: WireRequest): Reception | Promise<Reception>;
  /** The vendor's own shape of an error with this status. */
  refuse(status: number, retryAfterSeconds?: number): Answer;
};

/** What a provider makes of a call it takes nothing from. */
export function refused(answer: Answer): Reception {
  return { answer, messages: [] };
}

export type ProviderContext = {
  journal: Journal;
  behaviours: Behaviours;
  hangs: Hangs;
  receipts: Receipts;
};

/** A provider with a server of its own protocol. */
export type ServerProvider = {
  name: string;
  channel: string;
  createServer(options: ProviderContext & { host: string; port: number }): {
    start(): Promise<{ url: string }>;
    close(): Promise<void>;
  };
};
