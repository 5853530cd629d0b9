import type { Refusal } from "@pulsecourier/sender";
import { readSubscription } from "./subscription.ts";

/** The address of a push delivery: the service that knows the token, and the token. */
type PushAddress = { service: string; token: string };

/** Reads `<service>:<token>`, as the channel picks it from a recipient's tokens. */
export function readPushAddress(address: string): PushAddress {
  const colon = address.indexOf(":");
  return { service: address.slice(0, colon), token: address.slice(colon + 1) };
}

/** Longer than any service's tokens; an endpoint alone may have 2,048. */
const MAX_BYTES = 2_300;

// A token is the service's business; what is told here is only what could never be one.
const TOKENS: Readonly<Record<string, (token: string) => boolean>> = {
  fcm: (token) => /^[\w:-]{20,}$/.test(token),
  // https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
  apns: (token) => /^(?:[0-9a-fA-F]{2}){16,100}$/.test(token),
  webpush: (token) => readSubscription(token) !== null,
};

/** A token of one of the services, with the right shape. */
export function checkPushAddress(address: string): Refusal | null {
  const { service, token } = readPushAddress(address);
  const isToken = TOKENS[service];
  const problem =
    isToken === undefined
      ? "no push service has this platform; use fcm, android, apns, ios, webpush or web"
      : Buffer.byteLength(token) <= MAX_BYTES && isToken(token)
        ? null
        : `this is no token of ${service}`;
  return problem === null ? null : { code: "invalid_address", detail: problem };
}
