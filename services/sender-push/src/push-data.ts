import { z } from "zod";

const Data = z.record(z.string(), z.json());

/** The `data` an app gets along with a notification; null when there is none. The channel checked that it is an object. */
export function pushData({ data }: Readonly<Record<string, string>>): z.infer<typeof Data> | null {
  return data === undefined ? null : Data.parse(JSON.parse(data));
}
