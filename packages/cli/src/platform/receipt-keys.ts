import { generateKeyPairSync } from "node:crypto";

/** What the simulator signs its callbacks with, and what the gateway verifies them by. */
export type ReceiptKeys = { sendgrid: { signs: string; verifies: string } };

/** New keys for one run of the platform. */
export function makeReceiptKeys(): ReceiptKeys {
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "prime256v1",
    privateKeyEncoding: { format: "der", type: "pkcs8" },
    publicKeyEncoding: { format: "der", type: "spki" },
  });
  return {
    sendgrid: { signs: privateKey.toString("base64"), verifies: publicKey.toString("base64") },
  };
}
