import { PulseError } from "@pulsecourier/contracts";
import { z } from "zod";

/**
 * A verified body as JSON. Unlike a client's, it is not refused for a NUL: what a mail server wrote into one report
 * must not hold up the others. `signedText` takes it out.
 */
export function parseSigned(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString("utf8"));
  } catch (cause) {
    throw new PulseError("malformed_json", "The signed body is not JSON.", { cause });
  }
}

/** Text that Postgres can keep, of at most `max` characters. */
export const signedText = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => text.replaceAll("\0", ""));
