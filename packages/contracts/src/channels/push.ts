import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";

/**
 * Bytes a push notification may take, as JSON of its fields: what Web Push carries in one encrypted record
 * (RFC 8291 §4). FCM and APNs take 4,096, their own fields around it included.
 */
const MAX_BYTES = 3_993;

/** What a push notification holds; `data` is JSON of an object, which the app gets along. */
const content = z.strictObject({
  title: z.string().min(1).max(500),
  body: z.string().max(16_000).optional(),
  data: z.string().max(16_000).optional(),
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

export const push: ChannelDefinition = {
  name: "push",
  content,
  // The last token is the newest: devices add theirs at the end. `fcm:…`, `apns:…`, `webpush:…`.
  address: ({ pushTokens = [] }) => {
    const newest = pushTokens.at(-1);
    if (newest === undefined) return null;
    const platform = newest.platform.toLowerCase();
    return `${SERVICES[platform] ?? platform}:${newest.token}`;
  },
  contentOf: ({ title, subject, body, text }) => {
    const words = body ?? text;
    const heading = title ?? subject ?? words;
    if (heading === undefined) return null;
    const notification: Record<string, string> = { title: heading.slice(0, 500) };
    if (words !== undefined && words !== heading) notification["body"] = words;
    return notification;
  },
  emptyContentHint: "push needs `title` or `body`",
  usage: (fields) => [
    { unit: "bytes", used: Buffer.byteLength(JSON.stringify(fields)), limit: MAX_BYTES },
  ],
};
