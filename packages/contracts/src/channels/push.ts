import { z } from "zod";
import type { Addresses } from "../schemas/recipient.ts";
import type { ChannelDefinition } from "./definition.ts";
import { headed } from "./headed.ts";

/**
 * Bytes a push notification may take, as JSON of title, body and data: what Web Push carries in one encrypted record
 * (RFC 8291 §4). FCM and APNs take 4,096, their own fields around it included.
 */
const MAX_BYTES = 3_993;

const MAX_TITLE = 500;

/** What a push notification holds; `data` is JSON of an object, which the app gets along. */
const content = z.strictObject({
  title: z.string().min(1).max(MAX_TITLE),
  body: z.string().max(16_000).optional(),
  data: z.string().max(16_000).optional(),
});

const Data = z.record(z.string(), z.json());

/** The object that `data` holds, which the app gets along; null when it is none. */
function readData(data: string): z.infer<typeof Data> | null {
  try {
    return Data.parse(JSON.parse(data));
  } catch {
    return null;
  }
}

const noObject = (input: string): z.core.$ZodIssue => ({
  code: "custom",
  path: ["data"],
  message: "is not the JSON of an object",
  input,
});

/** Which service a platform's tokens are sent through. */
const SERVICES: Readonly<Record<string, string>> = {
  android: "fcm",
  fcm: "fcm",
  ios: "apns",
  apns: "apns",
  web: "webpush",
  webpush: "webpush",
};

/** The last token is the newest: devices add theirs at the end. `fcm:…`, `apns:…`, `webpush:…`. */
function addressesOfTokens({ pushTokens = [] }: Addresses): string[] {
  const addresses = pushTokens.toReversed().map(({ platform: given, token }) => {
    const platform = given.toLowerCase();
    return `${SERVICES[platform] ?? platform}:${token}`;
  });
  return [...new Set(addresses)];
}

export const push: ChannelDefinition = {
  name: "push",
  content,
  address: (recipient) => addressesOfTokens(recipient)[0] ?? null,
  addresses: addressesOfTokens,
  contentOf: ({ title, subject, body, text }) => {
    return headed(title ?? subject, body ?? text, MAX_TITLE);
  },
  emptyContentHint: "push needs `title` or `body`",
  check: ({ data }) => (data === undefined || readData(data) !== null ? [] : [noObject(data)]),
  usage: ({ data, ...words }) => {
    const payload = { ...words, ...(data !== undefined && { data: readData(data) }) };
    return [{ unit: "bytes", used: Buffer.byteLength(JSON.stringify(payload)), limit: MAX_BYTES }];
  },
};
