import { generateKeyPairSync, sign } from "node:crypto";
import type { TakenCallback } from "./take-callbacks.ts";

const SIGNATURE = "x-twilio-email-event-webhook-signature";
const TIMESTAMP = "x-twilio-email-event-webhook-timestamp";

/** What somebody without the key can make of a genuine callback of SendGrid and of another one, by what was done to it. */
export function forgeCallbacks(
  genuine: TakenCallback,
  other: TakenCallback,
): Record<string, TakenCallback> {
  const { headers, body } = genuine;
  const bounced = body.replaceAll('"event":"delivered"', '"event":"bounce","type":"bounce"');
  const later = String(Number(headers[TIMESTAMP]) + 1);
  const signature = headers[SIGNATURE] ?? "";
  return {
    "another text under the signature": { headers, body: bounced },
    "a space more": { headers, body: `${body} ` },
    "a later time": { headers: { ...headers, [TIMESTAMP]: later }, body },
    "the signature of another": {
      headers: { ...headers, [SIGNATURE]: other.headers[SIGNATURE] ?? "" },
      body: bounced,
    },
    "half of the signature": { headers: { ...headers, [SIGNATURE]: signature.slice(0, 40) }, body },
    "no signature": { headers: { "content-type": "application/json" }, body: bounced },
    "a stranger's key": {
      headers: { ...headers, [SIGNATURE]: signAsStranger(headers, bounced) },
      body: bounced,
    },
  };
}

function signAsStranger(headers: TakenCallback["headers"], body: string): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signed = Buffer.from(`${headers[TIMESTAMP]}${body}`);
  return sign("sha256", signed, privateKey).toString("base64");
}
