export { checkCron } from "./check-cron.ts";
export { endOfQuietHours } from "./end-of-quiet-hours.ts";
export { nextCron } from "./next-cron.ts";
export { nextLocalTime } from "./next-local-time.ts";
export { nextRun, type Recurrence } from "./next-run.ts";
export { nextOpening, type Opening, type Weekday } from "./next-opening.ts";
