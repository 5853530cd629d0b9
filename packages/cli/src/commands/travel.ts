import { Duration } from "@pulsecourier/contracts";
import { createDb, returnToNow, travel } from "@pulsecourier/db";
import { readDevFile } from "../platform/dev-file.ts";
import { print } from "../terminal/print.ts";

/**
 * `pulse travel <duration>`: what waits for a time goes out as if that much had passed: delays, time limits, digests,
 * quiet hours, schedules, retries. `pulse travel home` sets the clock right again. On the dev platform only.
 */
export async function travelInTime(by: string, { json }: { json: boolean }): Promise<number> {
  if (by !== "home") {
    const { error } = Duration.safeParse(by);
    if (error !== undefined) throw new Error(`${by} ${error.issues[0]?.message}.`);
  }
  const dev = readDevFile();
  if (dev === null) {
    throw new Error(
      "No dev platform runs here, and time travel works on one only: run `npm start`.",
    );
  }
  const db = createDb({ url: dev.database, max: 1, onError: () => undefined });
  try {
    const now = by === "home" ? await returnToNow(db) : await travel(db, by);
    print(json, { now: now.toISOString() }, () => `it is ${now.toISOString()} on the platform`);
    return 0;
  } finally {
    await db.close();
  }
}
