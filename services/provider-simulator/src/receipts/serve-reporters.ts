import type { RequestHandler } from "express";
import type { Reporter } from "./reporter.ts";

/** Answers what receivers fetch of the providers that report. */
export function serveReporters(reporters: readonly Reporter[]): RequestHandler {
  return (req, res, next) => {
    const url = new URL(req.originalUrl, "http://simulator");
    for (const { serves } of reporters) {
      if (serves === undefined || !url.pathname.startsWith(`${serves.path}/`)) continue;
      const answer = serves.get(url.pathname.slice(serves.path.length), url.searchParams);
      if (answer === null) continue;
      const { status, contentType, text } = answer;
      res.writeHead(status, { "content-type": contentType }).end(text);
      return;
    }
    next();
  };
}
