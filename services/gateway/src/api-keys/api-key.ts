import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { Scope } from "@pulsecourier/contracts";

/** A key that may be used: who it speaks for and what it may do. */
export type ApiKey = {
  id: string;
  tenant: string;
  scopes: readonly Scope[];
  /** Null: the platform's default. */
  ratePerSecond: number | null;
  unlimited: boolean;
};

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const KEY = /^pc_([a-z]{2,8})_[\w-]{16,128}$/;

/** A new key, `pc_<prefix>_<secret>`: the prefix finds its row, the secret has 256 random bits. */
export function mintKey(): string {
  const prefix = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return `pc_${prefix}_${randomBytes(32).toString("base64url")}`;
}

/** The prefix of a key, or null when the text has not the form of one. */
export function prefixOf(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null;
}

/** What is stored of a key. Plain SHA-256 suffices: the secret has too much entropy to be guessed. */
export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** Compares in constant time. */
export function isKey(key: string, hash: Buffer): boolean {
  return timingSafeEqual(hashKey(key), hash);
}
