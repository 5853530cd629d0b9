import { once } from "node:events";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Plan } from "../behaviours.ts";
import { createMessageIds } from "../message-ids.ts";
import type { ProviderContext, ReceivedMessage, ServerProvider } from "../provider.ts";
import { readMail } from "./smtp-mail.ts";

type Reply = (error?: Error | null, message?: string) => void;

const name = "smtp";
const channel = "email";
const maxBytes = 30 * 1024 * 1024;

/** A real SMTP server: any or no credentials, no TLS. Behaviour codes are SMTP reply codes; recipients are rejected
 * at RCPT, everything else happens at the end of DATA. */
export const smtp: ServerProvider = {
  name,
  channel,
  createServer({ host, port, ...context }) {
    const nextId = createMessageIds();
    const server = new SMTPServer({
      size: maxBytes,
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      maxClients: 500,
      closeTimeout: 200,
      onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? "anonymous" }),
      onRcptTo(address, _session, callback) {
        const code = context.behaviours.rejection(name, address.address);
        callback(code === undefined ? null : smtpError(code, "recipient refused"));
      },
      onData(stream, session, callback) {
        receive(stream, session, { ...context, id: nextId() }, callback).catch((error: unknown) => {
          callback(smtpError(451, error instanceof Error ? error.message : "local error"));
        });
      },
    });
    // A client that breaks off is no failure of the server's; without a listener it would end the process.
    server.on("error", () => undefined);
    return {
      async start() {
        const listening = server.listen(port, host);
        await once(listening, "listening");
        const address = listening.address();
        if (!address || typeof address === "string")
          throw new Error("the SMTP server does not listen on TCP");
        return { url: `smtp://${host}:${address.port}` };
      },
      close: () => new Promise((resolve) => server.close(() => resolve())),
    };
  },
};

type Call = ProviderContext & { id: string };

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  call: Call,
  reply: Reply,
) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (stream.sizeExceeded || bytes > maxBytes) return reply(smtpError(552, "message too big"));
  const raw = Buffer.concat(chunks);
  const recipients = session.envelope.rcptTo.map(({ address }) => address);
  const message = readMail(await PostalMime.parse(raw), recipients);
  const plan = call.behaviours.plan(name, []);
  if (plan.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, plan.delayMs));
  follow(plan, call, { message, bytes }, reply);
}

function follow(
  plan: Plan,
  call: Call,
  mail: { message: ReceivedMessage; bytes: number },
  reply: Reply,
): void {
  const { journal, hangs, id } = call;
  const { content, ...summary } = mail.message;
  const record = (status: number | null, accepted: boolean) =>
    journal.record(
      {
        id,
        at: Date.now(),
        provider: name,
        channel,
        ...summary,
        bytes: mail.bytes,
        status,
        accepted,
      },
      content,
    );
  const hang = () => void hangs.hold(() => reply(smtpError(421, "closing the connection")));
  if (plan.kind === "hang") {
    record(null, false);
    return hang();
  }
  if (plan.kind === "refuse") {
    const { body } = plan.answer ?? {};
    const code = Math.max(400, plan.status);
    record(code, false);
    return reply(smtpError(code, typeof body === "string" ? body : "refused as scripted"));
  }
  record(plan.hang ? null : 250, true);
  if (plan.hang) return hang();
  reply(null, `OK queued as ${id}`);
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message.replaceAll(/[\r\n]+/g, " ")), { responseCode });
}
