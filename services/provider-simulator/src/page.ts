import { fileURLToPath } from "node:url";
import express, { type Router } from "express";

const folder = fileURLToPath(new URL("./page", import.meta.url));

// A mail is shown in a frame that inherits this: no scripts but the page's, nothing loaded from elsewhere.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page at `/` that shows what arrived and switches behaviours; plain files, no build. */
export function servePage(): Router {
  const page = express.Router();
  page.use((_req, res, next) => {
    res.set({ "content-security-policy": policy, "x-content-type-options": "nosniff" });
    next();
  });
  page.use(express.static(folder, { cacheControl: false }));
  return page;
}
