import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  type AdhocEvent,
  type AttachmentInput,
  AttachmentRef,
  MAX_INLINE_BYTES,
  type NotificationRequest,
  type Problem,
  PulseError,
} from "@pulsecourier/contracts";
import { keepAttachments } from "../attachments/attachment-row-store.ts";
import { keptFrom } from "../attachments/kept-from.ts";
import { storeAttachment } from "../attachments/store-attachment.ts";
import type { GatewayContext } from "../context.ts";
import { attempt, isError } from "../http/attempt.ts";
import { checkCarried } from "./check-carried.ts";
import { decodeInline, type InlineFile } from "./decode-inline.ts";

/** A request that stands so far, and the event it becomes. */
export type Checked = { request: NotificationRequest; event: AdhocEvent; at: string };
const AT_ONCE = 8;
type Wanted = { id: string } | InlineFile;
type Of = { tenant: string; snapshot: CatalogSnapshot; now: number };

/**
 * The events with references to their attachments: what a request names is kept until it is sent, what it holds itself
 * is stored. Each request stands or falls alone. Done before anything is produced, so that clean-up never comes first.
 */
export async function attachFiles(
  items: readonly (Checked | PulseError)[],
  of: Of,
  context: GatewayContext,
): Promise<(AdhocEvent | PulseError)[]> {
  const wanted = items.map((item) =>
    isError(item) ? item : attempt(() => wantedBy(item, of.tenant)),
  );
  const all = wanted.flatMap((one) => (isError(one) ? [] : one));
  const until = lastDue(items, of.now, context);
  const ids = [...new Set(all.map(({ id }) => id))];
  const kept = await keepAttachments(context.db, { tenant: of.tenant, ids, until });
  const toStore = new Map<string, InlineFile>();
  const events = items.map((item, index) => {
    const own = wanted[index] ?? [];
    if (isError(item)) return item;
    if (isError(own)) return own;
    if (own.length === 0) return item.event;
    return attempt(() => {
      const attachments = own.map((one) => refOf(one, kept));
      requireKnown(attachments, item.at);
      checkCarried(item.event, attachments, { snapshot: of.snapshot, at: item.at });
      for (const one of own) if ("bytes" in one && !kept.has(one.id)) toStore.set(one.id, one);
      return { ...item.event, attachments };
    });
  });
  const files = [...toStore.values()];
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE);
    await Promise.all(some.map((file) => storeInline(file, { tenant: of.tenant, until }, context)));
  }
  return events;
}

function wantedBy({ request: { attachments = [] }, at }: Checked, tenant: string): Wanted[] {
  const wanted = attachments.map((input, index) =>
    wantedFrom(input, tenant, `${at}/attachments/${index}`),
  );
  const inline = wanted.reduce((sum, one) => sum + ("bytes" in one ? one.size : 0), 0);
  if (inline <= MAX_INLINE_BYTES) return wanted;
  throw new PulseError(
    "body_too_large",
    `Attachments in a request may have ${MAX_INLINE_BYTES} bytes together; POST larger ones to /v1/attachments and name their ids.`,
  );
}

function wantedFrom(input: AttachmentInput, tenant: string, pointer: string): Wanted {
  if ("id" in input) return { id: input.id.toLowerCase() };
  const file = decodeInline(input, tenant);
  if (file !== null) return file;
  const problems = [{ pointer: `${pointer}/content`, detail: "is not base64" }];
  throw new PulseError("invalid_request", undefined, { problems });
}

function refOf(wanted: Wanted, kept: ReadonlyMap<string, AttachmentRef>): AttachmentRef | string {
  const known = "bytes" in wanted ? wanted : kept.get(wanted.id);
  return known === undefined ? wanted.id : AttachmentRef.parse(known);
}

function requireKnown(
  attachments: (AttachmentRef | string)[],
  at: string,
): asserts attachments is AttachmentRef[] {
  const problems = attachments.flatMap((one, index): Problem[] =>
    typeof one === "string"
      ? [{ pointer: `${at}/attachments/${index}/id`, detail: "no attachment has this id" }]
      : [],
  );
  if (problems.length > 0) throw new PulseError("unknown_attachment", undefined, { problems });
}

/** Until when the attachments of all are kept: the retention counts from the last of their due times. */
function lastDue(
  items: readonly (Checked | PulseError)[],
  now: number,
  { config }: GatewayContext,
): Date {
  const due = items.map((item) =>
    isError(item) || item.event.sendAt === undefined ? now : Date.parse(item.event.sendAt),
  );
  return keptFrom(
    due.reduce((last, one) => Math.max(last, one), now),
    config,
  );
}

async function storeInline(
  { filename, contentType, size, bytes }: InlineFile,
  { tenant, until }: { tenant: string; until: Date },
  context: GatewayContext,
): Promise<void> {
  await storeAttachment(
    { tenant, filename, contentType, size, content: once(bytes), until },
    context,
  );
}

async function* once(bytes: Buffer) {
  yield bytes;
}
