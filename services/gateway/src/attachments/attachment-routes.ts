import { AttachmentType, Filename, PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import type { GatewayContext } from "../context.ts";
import { mediaTypeOf, route, type Route } from "../http/route.ts";
import { findAttachment, unnameAttachment } from "./attachment-row-store.ts";
import { keptFrom } from "./kept-from.ts";
import { readFile } from "./read-file.ts";
import { removeObject, storeAttachment } from "./store-attachment.ts";

/** Longer than a client may take to send the file. */
const UPLOAD_DEADLINE_MS = 70_000;

const store = route({
  method: "post",
  path: "/v1/attachments",
  scope: "send",
  query: z.object({ filename: Filename }),
  deadlineMs: UPLOAD_DEADLINE_MS,
  handler: async ({ tenant, query, headers, content }, context) => {
    const contentType = AttachmentType.safeParse(mediaTypeOf(headers));
    if (!contentType.success) {
      const [issue] = contentType.error.issues;
      throw new PulseError("unsupported_media_type", `Content-Type: ${issue?.message}.`);
    }
    const { size, content: file } = readFile({ headers, content }, context.config);
    const { attachment, created } = await storeAttachment(
      {
        tenant,
        filename: query.filename,
        contentType: contentType.data,
        size,
        content: file,
        until: keptFrom(Date.now(), context.config),
      },
      context,
    );
    return { status: created ? 201 : 200, body: attachment };
  },
});

const get = route({
  method: "get",
  path: "/v1/attachments/:id",
  scope: "send",
  handler: async ({ tenant, params }, { db }) => {
    const attachment = await findAttachment(db, { tenant, id: idOf(params.id) });
    if (attachment === null) throw new PulseError("not_found");
    return { status: 200, body: attachment };
  },
});

const remove = route({
  method: "delete",
  path: "/v1/attachments/:id",
  scope: "send",
  handler: async ({ tenant, params }, context: GatewayContext) => {
    const removed = await unnameAttachment(context.db, { tenant, id: idOf(params.id) });
    if (removed === null) throw new PulseError("not_found");
    await removeObject(removed, context);
    return { status: 204 };
  },
});

function idOf(id: string): string {
  if (!z.guid().safeParse(id).success) throw new PulseError("not_found");
  return id.toLowerCase();
}

export const attachmentRoutes: Route[] = [store, get, remove];
