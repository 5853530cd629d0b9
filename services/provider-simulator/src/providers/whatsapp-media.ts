import { randomInt } from "node:crypto";
import type { WireRequest } from "../provider.ts";

type Media = { filename: string; type: string; content: Uint8Array };

/** Bytes kept; the oldest files go first. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Files that were uploaded and may be named by messages. */
export function createMediaShelf() {
  const shelf = new Map<string, Media>();
  let held = 0;

  function keep(media: Media): string {
    const id = String(randomInt(1e14, 2 ** 47));
    shelf.set(id, media);
    held += media.content.byteLength;
    for (const [oldest, { content }] of shelf) {
      if (held <= KEPT_BYTES) break;
      shelf.delete(oldest);
      held -= content.byteLength;
    }
    return id;
  }

  return {
    get: (id: string) => shelf.get(id),
    /** The id of the file in a form as Meta wants it; null when the form is another one. */
    async put({ headers, body }: Pick<WireRequest, "headers" | "body">): Promise<string | null> {
      const type = headers["content-type"] ?? "";
      const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } })
        .formData()
        .catch(() => null);
      const file = form?.get("file");
      if (form?.get("messaging_product") !== "whatsapp" || !(file instanceof File)) return null;
      return keep({ filename: file.name, type: file.type, content: await file.bytes() });
    },
  };
}
