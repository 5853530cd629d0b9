import { randomBytes } from "node:crypto";

/** Ids as SendGrid's X-Message-Id looks, 22 URL-safe characters: unique across restarts, cheap to make. */
export function createMessageIds(): () => string {
  const run = randomBytes(10).toString("hex").slice(0, 15);
  let sequence = 0;
  return () => run + (sequence++).toString(36).padStart(7, "0");
}
