import type { Readable } from "node:stream";
import type { Transporter } from "nodemailer";

/** How far a mail came: in the pool's queue, at the server without its text, or with some of its text sent. */
export type MailState = "queued" | "begun" | "transmitted";

/**
 * Tells whether a failed mail can have been accepted: only one whose text began to leave. nodemailer's errors do
 * not say, but it reads the mail's stream only after the server has asked for the text.
 */
export function watchStreams(transport: Transporter) {
  const streams = new Map<string, Readable[]>();
  transport.use("stream", (mail, done) => {
    const { message } = mail;
    const open = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      const stream = open(options);
      const id = message.messageId();
      const known = streams.get(id);
      if (known === undefined) streams.set(id, [stream]);
      else known.push(stream);
      return stream;
    };
    done();
  });
  return {
    stateOf(messageId: string): MailState {
      const known = streams.get(messageId) ?? [];
      if (known.some((stream) => stream.readableDidRead)) return "transmitted";
      return known.length > 0 ? "begun" : "queued";
    },
    forget: (messageId: string) => streams.delete(messageId),
  };
}
