import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  addresseesOf,
  type AdhocEvent,
  channelDefinition,
  CHANNELS,
  MAX_AUDIENCES,
  MAX_DATA_BYTES,
  MAX_SCHEDULE_MS,
  type NotificationRequest,
  PulseError,
  triedInTurn,
  uniqueRecipients,
} from "@pulsecourier/contracts";
import { localiseRecipient } from "../localise-recipient.ts";
import { CLOCK_SKEW_MS } from "./clock-skew.ts";

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

type CheckInput = {
  request: NotificationRequest;
  snapshot: CatalogSnapshot;
  /** Those of the audiences it names that there are. */
  audiences: ReadonlySet<string>;
  now: number;
  /** Pointer to the request inside the body; empty when it is the body. */
  at: string;
};

/** The event a request becomes, its template pinned; or the error that says what about it cannot be carried out. */
export function checkNotification(input: CheckInput): AdhocEvent {
  const { request, snapshot, now, at } = input;
  checkData(request, at);
  if (request.content) checkContent(request, at);
  const sendAt = checkTimes(request, now, at);
  const { channels, content, data, category, lane, expiresAt, metadata } = request;
  const template = request.template === undefined ? undefined : pin(request.template, snapshot, at);
  const first = triedInTurn(request);
  const workflow = pinWorkflow(request.workflow, snapshot, at);
  const audiences = audiencesOf(input);
  return {
    to: recipientsOf(request, snapshot, at),
    ...(audiences.length > 0 && { audiences }),
    ...(channels && { channels: [...new Set(channels)] }),
    ...(first && { first }),
    ...(template && { template }),
    ...(content && { content }),
    ...(workflow && { workflow }),
    data: data ?? {},
    ...(category !== undefined && { category }),
    lane: lane ?? "normal",
    ...(sendAt !== undefined && { sendAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(metadata && { metadata }),
  };
}

/** Each once, however its phone number was written. */
function recipientsOf(request: NotificationRequest, { settings }: CatalogSnapshot, at: string) {
  const all = addresseesOf(request).recipients.map(({ recipient, pointer }) =>
    typeof recipient === "string"
      ? recipient
      : localiseRecipient(recipient, settings.defaultCountry, at + pointer),
  );
  return [...uniqueRecipients(all).values()];
}

function audiencesOf({ request, audiences: known, at }: CheckInput): string[] {
  const { audiences } = addresseesOf(request);
  const problems = audiences
    .filter(({ audience }) => !known.has(audience))
    .map(({ pointer }) => ({ pointer: at + pointer, detail: "no audience has this name" }));
  if (problems.length > 0) throw new PulseError("unknown_audience", undefined, { problems });
  const unique = [...new Set(audiences.map(({ audience }) => audience))];
  if (unique.length <= MAX_AUDIENCES) return unique;
  throw invalid(`${at}/to`, `may name at most ${MAX_AUDIENCES} audiences`);
}

function pin(name: string, snapshot: CatalogSnapshot, at: string) {
  const template = snapshot.templates.get(name);
  if (template) return { name, version: template.version };
  const problems = [{ pointer: `${at}/template`, detail: "no live template has this name" }];
  throw new PulseError("unknown_template", `There is no template "${name}"; PUT it first.`, {
    problems,
  });
}

function pinWorkflow(name: string | undefined, { workflows }: CatalogSnapshot, at: string) {
  if (name === undefined) return undefined;
  const workflow = workflows.get(name);
  if (workflow) return { name, version: workflow.version };
  const problems = [{ pointer: `${at}/workflow`, detail: "no live workflow has this name" }];
  throw new PulseError("unknown_workflow", `There is no workflow "${name}"; PUT it first.`, {
    problems,
  });
}

function checkData({ data }: NotificationRequest, at: string): void {
  if (data === undefined || Buffer.byteLength(JSON.stringify(data)) <= MAX_DATA_BYTES) return;
  throw invalid(`${at}/data`, `may have at most ${MAX_DATA_BYTES} bytes as JSON`);
}

function checkContent({ content = {}, channels }: NotificationRequest, at: string): void {
  for (const field of ["subject", "title"] as const) {
    if (CONTROL.test(content[field] ?? "")) {
      throw invalid(
        `${at}/content/${field}`,
        "may not hold line breaks or other control characters",
      );
    }
  }
  const asked = channels ?? CHANNELS;
  const unusable = asked.filter(
    (channel) => channelDefinition(channel).contentOf(content) === null,
  );
  // Channels the request names must all be usable; otherwise one will do.
  if (unusable.length === 0 || (channels === undefined && unusable.length < asked.length)) return;
  const hints = unusable.map((channel) => channelDefinition(channel).emptyContentHint);
  const problems = hints.map((detail) => ({ pointer: `${at}/content`, detail }));
  throw new PulseError("content_unusable", `${hints.join("; ")}.`, { problems });
}

/** `sendAt`, which may lie behind as far as clocks differ. Whether it has come, the database's clock decides later. */
function checkTimes(
  { sendAt, expiresAt }: NotificationRequest,
  now: number,
  at: string,
): string | undefined {
  const due = sendAt === undefined ? now : Date.parse(sendAt);
  if (due < now - CLOCK_SKEW_MS) throw invalid(`${at}/sendAt`, "lies in the past");
  if (due > now + MAX_SCHEDULE_MS) throw invalid(`${at}/sendAt`, "lies more than a year ahead");
  if (expiresAt !== undefined) {
    const expires = Date.parse(expiresAt);
    if (expires <= now) throw invalid(`${at}/expiresAt`, "lies in the past");
    if (expires <= due) throw invalid(`${at}/expiresAt`, "is not after `sendAt`");
  }
  return sendAt;
}

function invalid(pointer: string, detail: string): PulseError {
  return new PulseError("invalid_request", undefined, { problems: [{ pointer, detail }] });
}
