import { createPublicKey, type KeyObject, sign } from "node:crypto";

/** The PEM of a certificate for `commonName` that its own RSA key signed (RFC 5280), valid from yesterday for `days`. */
export function selfSignedCertificate(key: KeyObject, commonName: string, days = 365): string {
  const algorithm = sequence(SHA256_WITH_RSA, NULL);
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const yesterday = Date.now() - DAY_MS;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime(yesterday), utcTime(yesterday + days * DAY_MS)),
    name,
    createPublicKey(key).export({ format: "der", type: "spki" }),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, key)]));
  const base64 = sequence(body, algorithm, signature).toString("base64");
  const lines = base64.match(/.{1,64}/g)?.join("\n") ?? "";
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const DAY_MS = 86_400_000;
const NULL = Buffer.from([0x05, 0x00]);
/** 1.2.840.113549.1.1.11 and 2.5.4.3. */
const SHA256_WITH_RSA = Buffer.from("06092a864886f70d01010b", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, "");
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

/** Tag, length, value (X.690). */
function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
