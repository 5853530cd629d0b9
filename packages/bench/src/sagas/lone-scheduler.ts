import { createScheduler, schedulerConfig } from "@pulsecourier/scheduler";
import { parseConfig } from "@pulsecourier/runtime";

/** A scheduler in a process of its own, as in production. Tells its parent when it fires timers. */
const scheduler = await createScheduler(parseConfig(schedulerConfig, process.env));
const { url } = await scheduler.start();
process.on("disconnect", () => process.exit());
process.send?.(url);
