import type { Refusal } from "@pulsecourier/sender";
import { z } from "zod";

const Data = z.record(z.string(), z.json());
type Content = Readonly<Record<string, string>>;

/** The `data` an app gets along with a notification; null when there is none. Checked by `checkPushContent`. */
export function pushData({ data }: Content): z.infer<typeof Data> | null {
  return data === undefined ? null : Data.parse(JSON.parse(data));
}

export function checkPushContent(content: Content): Refusal | null {
  try {
    pushData(content);
    return null;
  } catch {
    return { code: "content_unusable", detail: "`data` is not the JSON of an object" };
  }
}
