import { generateKeyPairSync, sign } from "node:crypto";

/** A SendGrid account of a test's own: its verification key, and callbacks signed by it. */
export function createTestSendgrid() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    /** Headers and body of a callback, signed as of `at` (ms since 1970). */
    callback(events: readonly unknown[], at = Date.now()) {
      const timestamp = String(Math.floor(at / 1_000));
      const raw = JSON.stringify(events);
      const signature = sign("sha256", Buffer.from(timestamp + raw), privateKey);
      return {
        raw,
        key: null,
        headers: {
          "x-twilio-email-event-webhook-timestamp": timestamp,
          "x-twilio-email-event-webhook-signature": signature.toString("base64"),
        },
      };
    },
  };
}
