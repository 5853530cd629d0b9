import PostalMime, { decodeWords } from "postal-mime";
import { type Answer, type HttpProvider, type ReceivedMessage, refused } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";
import { readMail } from "./smtp-mail.ts";
import { queryError, queryResult } from "./ses-xml.ts";

/** SES' quotas of an account out of its sandbox: recipients of a mail, and its size. */
const MAX_RECIPIENTS = 50;
const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const TAG = /^[A-Za-z0-9_-]{1,255}$/;

type VendorError = { status: number; code: string; message: string };
const errors: Record<number, VendorError> = {
  400: error("MessageRejected", "Transaction failed: Empty email content."),
  401: error("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
  403: error("AccessDenied", "User is not authorized to perform: ses:SendRawEmail", 403),
  404: error("InvalidAction", "The action is not valid for this endpoint.", 404),
  413: error("InvalidParameterValue", `Message length is more than ${MAX_MAIL_BYTES} bytes long.`),
  429: error("Throttling", "Maximum sending rate exceeded."),
  500: error("InternalFailure", "The request processing has failed.", 500),
  503: error("ServiceUnavailable", "The request has failed due to a temporary failure.", 503),
};

/** Amazon SES' Query API, `SendRawEmail` alone, below `/ses`: any access key will do, its signature is not checked. */
export const ses: HttpProvider = {
  name: "ses",
  channel: "email",
  // The mail is base64, then escaped for the form.
  maxBodyBytes: 2 * MAX_MAIL_BYTES,
  serves: (path) => path === "/ses" || path === "/ses/",
  receive({ method, headers, body, id }) {
    if (method !== "POST") return refused(refuse(404));
    if (!isSigned(headers.authorization, headers["x-amz-date"])) {
      return refused(queryError(403, "MissingAuthenticationToken", "Request is missing a token"));
    }
    const form = new URLSearchParams(body.toString("utf8"));
    if (form.get("Action") !== "SendRawEmail" || form.get("Version") !== "2010-12-01")
      return refused(refuse(404));
    const raw = Buffer.from(form.get("RawMessage.Data") ?? "", "base64");
    const to = membersOf(form, /^Destinations\.member\.\d+$/).map(([, value]) => value);
    const tags = tagsOf(form);
    const wrong = errorIn({ raw, to, tags });
    if (wrong !== undefined) return refused(queryError(wrong.status, wrong.code, wrong.message));
    const messageId = `0100${id}-000000`;
    const set = form.get("ConfigurationSetName");
    const args = { ...tags, ...(set !== null && { "ses:configuration-set": set }) };
    const message = { ...readRaw(raw, to), id: messageId, args };
    const { delivery_id: deliveryId } = tags;
    return {
      answer: queryResult("SendRawEmail", { MessageId: messageId }),
      messages: [{ ...message, ...(deliveryId !== undefined && { deliveryId }) }],
    };
  },
  refuse,
};

function refuse(status: number, retryAfterSeconds?: number): Answer {
  const usual = errors[status] ?? errors[status >= 500 ? 500 : 400];
  if (usual === undefined) throw new Error("the usual errors of the vendor are missing");
  const answer = queryError(usual.status, usual.code, usual.message);
  return { ...answer, headers: { ...answer.headers, ...retryAfter(retryAfterSeconds) } };
}

function error(code: string, message: string, status = 400): VendorError {
  return { status, code, message };
}

/** Signature Version 4, for this service. */
function isSigned(authorization: string | undefined, date: unknown): boolean {
  return (
    typeof date === "string" &&
    /^AWS4-HMAC-SHA256 Credential=[^/\s]+\/\d{8}\/[a-z0-9-]+\/ses\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/.test(
      authorization ?? "",
    )
  );
}

function membersOf(form: URLSearchParams, name: RegExp): [string, string][] {
  return [...form].filter(([key]) => name.test(key));
}

function tagsOf(form: URLSearchParams): Record<string, string> {
  const names = membersOf(form, /^Tags\.member\.\d+\.Name$/);
  return Object.fromEntries(
    names.map(([key, name]) => [name, form.get(key.replace(/Name$/, "Value")) ?? ""]),
  );
}

function errorIn(o: {
  raw: Buffer;
  to: string[];
  tags: Record<string, string>;
}): VendorError | undefined {
  const { raw, to, tags } = o;
  if (raw.length === 0) return errors[400];
  if (raw.length > MAX_MAIL_BYTES) return errors[413];
  const invalid = (message: string) => error("InvalidParameterValue", message);
  if (headerOf(raw, "from") === undefined) return invalid("Missing required header 'From'.");
  if (to.length > MAX_RECIPIENTS) return invalid("Recipient count exceeds 50.");
  if (to.some((address) => !/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(address)))
    return invalid("Illegal address");
  for (const [name, value] of Object.entries(tags)) {
    if (!TAG.test(name) || !TAG.test(value)) return invalid(`Invalid email tag <${name}>.`);
  }
  return undefined;
}

function readRaw(raw: Buffer, to: string[]): ReceivedMessage {
  const subject = headerOf(raw, "subject");
  return {
    to,
    ...(subject !== undefined && { subject: decodeWords(subject).slice(0, 500) }),
    content: async () => readMail(await PostalMime.parse(raw), to).content(),
  };
}

/** A header of a mail, unfolded; the whole mail is parsed only when somebody looks. */
function headerOf(raw: Buffer, name: string): string | undefined {
  const end = raw.indexOf("\r\n\r\n");
  const head = raw.subarray(0, end === -1 ? raw.length : end).toString("utf8");
  const line = new RegExp(`^${name}:((?:.*)(?:\\r\\n[ \\t].*)*)`, "im").exec(head);
  return line?.[1]?.replace(/\r\n[ \t]/g, " ").trim();
}
