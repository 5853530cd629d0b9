import type { IncomingHttpHeaders } from "node:http";
import { PulseError } from "@pulsecourier/contracts";
import type { GatewayConfig } from "../config.ts";

type Upload = { headers: IncomingHttpHeaders; content: AsyncIterable<Buffer> };

/** The file of an upload as it streams in, and how large it will be; HTTP holds its length to the header. */
export function readFile(
  { headers, content }: Upload,
  { ATTACHMENT_MAX_BYTES: limit }: Pick<GatewayConfig, "ATTACHMENT_MAX_BYTES">,
): { size: number; content: AsyncIterable<Buffer> } {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    throw new PulseError("unsupported_media_type", "Send the file without content-encoding.");
  const size = Number(headers["content-length"] ?? Number.NaN);
  if (!Number.isSafeInteger(size))
    throw new PulseError("malformed_request", "Send the file with its Content-Length.");
  if (size === 0) throw new PulseError("malformed_request", "The file is empty.");
  if (size > limit)
    throw new PulseError("body_too_large", `An attachment may have at most ${limit} bytes.`);
  return { size, content: whole(content) };
}

async function* whole(content: AsyncIterable<Buffer>) {
  try {
    yield* content;
  } catch (cause) {
    throw new PulseError("malformed_request", "The file was cut off.", { cause });
  }
}
