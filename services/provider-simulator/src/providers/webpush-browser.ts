import { createDecipheriv, createECDH, hkdfSync } from "node:crypto";

/** The keys of the simulator's own browser: made up, the same everywhere, and good for nothing else. */
const PRIVATE_KEY = "jy_gjfK5zvtPF9AAChSRI30bS-UdakyQltXkwzLYU0U";
const AUTH = "3GO7P7IUbjCXZMe60vecPw";

const ecdh = createECDH("prime256v1");
ecdh.setPrivateKey(PRIVATE_KEY, "base64url");
const publicKey = ecdh.getPublicKey();

/** What a page gets from `PushSubscription.toJSON()` in the simulator's browser; `name` tells several apart. */
export function simulatedSubscription(name: string) {
  const keys = { p256dh: publicKey.toString("base64url"), auth: AUTH };
  return { endpoint: `https://push.example/simulator/${name}`, keys };
}

const SALT_BYTES = 16;
const HEADER_BYTES = SALT_BYTES + 5;
const TAG_BYTES = 16;

/** The text of a push message of one record (RFC 8188 §2, RFC 8291 §3); null when it is not for this browser. */
export function decryptPush(body: Buffer): string | null {
  try {
    const salt = body.subarray(0, SALT_BYTES);
    const keyBytes = body.readUInt8(HEADER_BYTES - 1);
    const senderKey = body.subarray(HEADER_BYTES, HEADER_BYTES + keyBytes);
    const sealed = body.subarray(HEADER_BYTES + keyBytes);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), publicKey, senderKey]);
    const secret = derive(ecdh.computeSecret(senderKey), Buffer.from(AUTH, "base64url"), info, 32);
    const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
    const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
    const cipher = createDecipheriv("aes-128-gcm", key, nonce);
    cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const padded = Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
    // The last record ends with 2 and zeros.
    const end = padded.lastIndexOf(2);
    return end === -1 ? null : padded.subarray(0, end).toString("utf8");
  } catch {
    return null;
  }
}

function derive(key: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, bytes));
}
