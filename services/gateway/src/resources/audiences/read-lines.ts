import { MAX_MEMBERS_FILE_BYTES, PulseError } from "@pulsecourier/contracts";

/** No recipient id is anywhere near as long; what is over it is dropped, and the rest is no id either. */
const MAX_LINE = 64 * 1024;

/**
 * The lines of a text file as they stream in, as many at once as a chunk has. Rejects with `body_too_large`, after the
 * rest was read and dropped, so that the client gets to see the answer.
 */
export async function* readLines(content: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let open = "";
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > MAX_MEMBERS_FILE_BYTES) continue;
      const lines = (open + decoder.decode(chunk, { stream: true })).split("\n");
      open = (lines.pop() ?? "").slice(0, MAX_LINE);
      yield lines;
    }
  } catch (cause) {
    if (cause instanceof PulseError) throw cause;
    throw new PulseError("malformed_request", "The file was cut off.", { cause });
  }
  if (bytes > MAX_MEMBERS_FILE_BYTES) {
    const detail = `A file may have at most ${MAX_MEMBERS_FILE_BYTES} bytes; send it in parts.`;
    throw new PulseError("body_too_large", detail);
  }
  yield [open + decoder.decode()];
}
