import {
  createDispatcher,
  type LoadedAttachment,
  type ProviderDeps,
  type ProviderOutcome,
  type SendContext,
} from "@pulsecourier/sender";
import { z } from "zod";
import { readAnswer } from "./read-answer.ts";

const Answer = z.object({ id: z.string().min(1).max(255) });

type UploadOptions = {
  baseUrl: string;
  /** Below the base URL: files belong to the number that sends. */
  pathOf: (context: SendContext) => string;
  authorization: string;
  deps: Pick<ProviderDeps, "callTimeoutMs" | "concurrency">;
};
type Uploaded = { ok: true; id: string } | { ok: false; outcome: ProviderOutcome };

/**
 * Uploads files to Meta, which messages then name
 * (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#upload-media). No message is out before,
 * so whatever is unclear may be done again.
 */
export function createMediaUpload({ baseUrl, pathOf, authorization, deps }: UploadOptions) {
  const { callTimeoutMs: timeoutMs, concurrency: connections } = deps;
  const pool = createDispatcher({ url: baseUrl, connections, timeoutMs });
  const base = new URL(baseUrl).pathname.replace(/\/$/, "");

  async function post(file: LoadedAttachment, context: SendContext): Promise<Uploaded> {
    const { traceparent, signal } = context;
    const { body, contentType } = await encode(file);
    const headers = { authorization, "content-type": contentType, traceparent };
    const path = base + pathOf(context);
    const answer = await pool.request({ method: "POST", path, headers, body, signal });
    const { statusCode: status } = answer;
    const text = await answer.body.text();
    if (status < 300) return { ok: true, id: Answer.parse(JSON.parse(text)).id };
    return { ok: false, outcome: readAnswer({ status, headers: answer.headers, body: text }) };
  }

  return {
    async upload(file: LoadedAttachment, context: SendContext): Promise<Uploaded> {
      try {
        return await post(file, context);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const detail = `the attachment was not uploaded: ${why}`;
        return { ok: false, outcome: { kind: "transient", detail } };
      }
    },
    close: () => pool.close(),
  };
}

/** As multipart/form-data, by the runtime, which escapes what a file may be called (RFC 7578). */
async function encode({ filename, contentType: type, bytes }: LoadedAttachment) {
  const form = new FormData();
  form.append("messaging_product", "whatsapp");
  form.append("type", type);
  form.append("file", new File([new Uint8Array(bytes)], filename, { type }));
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get("content-type") ?? "multipart/form-data",
    body: Buffer.from(await encoded.arrayBuffer()),
  };
}
