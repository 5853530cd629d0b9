import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

const BUCKET = "files";

/** As much of S3 as the store asks for: put, get and delete of objects in one bucket, signed with any key. */
export async function startS3Server() {
  const objects = new Map<string, Buffer>();
  /** Refuses every request while it is set. */
  const behaviour: { refuses: { status: number; code: string } | null } = { refuses: null };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "", "http://s3");
    const body = Buffer.concat(await request.toArray());
    const refuse = (status: number, code: string) =>
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    const { authorization = "" } = request.headers;
    if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=")) refuse(403, "AccessDenied");
    else if (behaviour.refuses) refuse(behaviour.refuses.status, behaviour.refuses.code);
    else if (!pathname.startsWith(`/${BUCKET}/`)) refuse(404, "NoSuchBucket");
    else if (request.method === "PUT") {
      objects.set(pathname, body);
      response.writeHead(200, { etag: '"1"' }).end();
    } else if (request.method === "DELETE") {
      objects.delete(pathname);
      response.writeHead(204).end();
    } else {
      const found = objects.get(pathname);
      if (found) response.writeHead(200, { "content-length": found.length }).end(found);
      else refuse(404, "NoSuchKey");
    }
  }
  const server = createServer((request, response) => {
    // A client that breaks off is what some tests are about.
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return { url: `http://127.0.0.1:${address.port}`, bucket: BUCKET, objects, behaviour };
}
