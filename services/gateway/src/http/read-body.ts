import type { IncomingMessage } from "node:http";
import { PulseError } from "@pulsecourier/contracts";

/** The request's body; rejects with `body_too_large` as soon as it is known to be over `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number, hint = ""): Promise<Buffer> {
  const tooLarge = () =>
    new PulseError(
      "body_too_large",
      `The body may have at most ${limit} bytes.${hint && ` ${hint}`}`,
    );
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        request.removeAllListeners("data");
        // What is still on its way is read and dropped, so that the client gets to see the answer.
        request.resume();
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length));
    });
    request.on("error", (cause) => {
      reject(new PulseError("malformed_request", "The body was cut off.", { cause }));
    });
  });
}
