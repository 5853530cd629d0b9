import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { RequestHandler } from "express";

/**
 * Serves the page that shows what arrived. Mails are shown in a frame that inherits the page's policy: no scripts
 * but the page's own, nothing loaded from anywhere.
 */
export function servePage(): RequestHandler {
  const page = readFileSync(new URL("./page.html", import.meta.url), "utf8");
  const script = /<script>([^]*?)<\/script>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return (_req, res) => {
    res
      .set({ "content-security-policy": policy, "x-content-type-options": "nosniff" })
      .type("html")
      .send(page);
  };
}
