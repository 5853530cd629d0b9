import { Duration } from "@pulsecourier/contracts";
import { createDb, travel } from "@pulsecourier/db";
import { readDevFile } from "../platform/dev-file.ts";
import { print } from "../terminal/print.ts";

/**
 * `pulse travel <duration>`: what waits for a time goes out as if that much had passed: delays, time limits, digests,
 * quiet hours, schedules. On the dev platform only.
 */
export async function travelInTime(text: string, { json }: { json: boolean }): Promise<number> {
  const duration = Duration.safeParse(text);
  if (!duration.success) throw new Error(`${text} ${duration.error.issues[0]?.message}.`);
  const dev = readDevFile();
  if (dev === null) {
    throw new Error(
      "No dev platform runs here; time travel works on one only. `npm start` starts it.",
    );
  }
  const db = createDb({ url: dev.database, max: 1, onError: () => undefined });
  try {
    const now = await travel(db, duration.data);
    print(json, { now: now.toISOString() }, () => `it is ${now.toISOString()} on the platform`);
    return 0;
  } finally {
    await db.close();
  }
}
