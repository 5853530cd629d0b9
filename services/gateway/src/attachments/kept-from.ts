import type { GatewayConfig } from "../config.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Until when an attachment is kept that is stored, or due to be sent, at `ms`. Full hours: a file that every request
 * names is not written anew by each.
 */
export function keptFrom(
  ms: number,
  { ATTACHMENT_RETENTION_DAYS: days }: Pick<GatewayConfig, "ATTACHMENT_RETENTION_DAYS">,
): Date {
  return new Date(Math.ceil((ms + days * DAY_MS) / HOUR_MS) * HOUR_MS);
}
