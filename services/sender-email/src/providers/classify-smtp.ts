import type { ProviderOutcome } from "@pulsecourier/sender";
import { z } from "zod";
import type { MailState } from "./watch-streams.ts";

const SmtpError = z.object({
  message: z.string(),
  code: z.string().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
  response: z.string().optional().catch(undefined),
  responseCode: z.int().optional().catch(undefined),
});
type SmtpError = z.infer<typeof SmtpError>;

const MISCONFIGURED = new Set(["EAUTH", "ENOAUTH", "EOAUTH2", "ECONFIG", "EREQUIRETLS"]);
// RFC 3463: bad mailbox, bad system, no such mailbox (null MX), mailbox disabled.
const GONE = new Set(["5.1.1", "5.1.2", "5.1.10", "5.2.1"]);
const TOO_LARGE = new Set(["5.2.3", "5.3.4"]);

/** What a failed SMTP transaction means; reply codes by RFC 5321, enhanced codes by RFC 3463. */
export function classifySmtp(thrown: unknown, state: MailState): ProviderOutcome {
  const error = SmtpError.safeParse(thrown).data ?? { message: String(thrown) };
  const detail = error.response ?? error.message;
  const { code = "", responseCode } = error;
  if (responseCode !== undefined && responseCode >= 400)
    return classifyReply(error, responseCode, detail);
  if (MISCONFIGURED.has(code)) return { kind: "config", detail };
  if (state === "transmitted") return { kind: "ambiguous", detail };
  if (code === "EENVELOPE") return { kind: "permanent", code: "invalid_address", detail };
  if (code === "EMESSAGE") return { kind: "permanent", code: "content_unusable", detail };
  if (code === "EABORT" && state === "queued") {
    return { kind: "rate_limited", detail: "no connection to the mail server was free in time" };
  }
  return { kind: "transient", detail };
}

function classifyReply(error: SmtpError, reply: number, detail: string): ProviderOutcome {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(error.response ?? "")?.[1] ?? "";
  if (reply < 500) {
    return enhanced.startsWith("4.7.")
      ? { kind: "rate_limited", detail }
      : { kind: "transient", detail };
  }
  const atLogin = error.code === "EAUTH" || error.command?.startsWith("AUTH") === true;
  if (atLogin || reply === 530 || reply === 535) return { kind: "config", detail };
  if (GONE.has(enhanced)) return { kind: "recipient_gone", detail };
  if (TOO_LARGE.has(enhanced) || reply === 552)
    return { kind: "permanent", code: "content_too_large", detail };
  // Refused before any recipient was named: it is the sender that is not welcome.
  if (error.command === "MAIL FROM") return { kind: "sender_refused", detail };
  return { kind: "permanent", detail };
}
