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
      res.writeHead(answer.status, answer.headers).end(String(answer.body ?? ""));
      return;
    }
    next();
  };
}
