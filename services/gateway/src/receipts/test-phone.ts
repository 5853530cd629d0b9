import { randomInt } from "node:crypto";

/** A phone number no other test uses. */
export const newPhone = () => `+49151${randomInt(10_000_000, 99_999_999)}`;
